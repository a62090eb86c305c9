-- For wrk: every request creates one object with a name of its own.
-- wrk -t1 -c64 -d5s -s creates.lua http://127.0.0.1:8080/v1/object
local made = 0
local headers = { ["Content-Type"] = "application/json" }

function request()
  made = made + 1
  local body = '{"objects":[{"name":"object-' .. made .. '","scene":"creates","type":"mesh",' ..
    '"transform":[1.0,0.0,0.0,' .. made .. '.5,0.0,1.0,0.0,-2.25,0.0,0.0,1.0,3.75,0.0,0.0,0.0,1.0]}]}'
  return wrk.format("POST", nil, headers, body)
end
