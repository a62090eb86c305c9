# Sets api_files_cpp: the description of the API, share/api, and the page that shows it, as a source file of the program.
# The page's viewer is not Debian's; tools/setup puts it into build/. Without it the page only links the descriptions.
set(AESEL_API_VIEWER ${PROJECT_SOURCE_DIR}/build/api/viewer/node_modules/swagger-ui-dist
    CACHE PATH "The folder of the packaged viewer for /docs, swagger-ui-dist")
find_program(GZIP gzip REQUIRED)

set(api ${PROJECT_SOURCE_DIR}/share/api)
set(api_files
  "/openapi.yaml|application/yaml|${api}/openapi.yaml"
  "/asyncapi.yaml|application/yaml|${api}/asyncapi.yaml"
  "/docs/events|text/html|${api}/docs/events.html"
  "/docs/docs.css|text/css|${api}/docs/docs.css"
  "/docs/docs.js|text/javascript|${api}/docs/docs.js")
file(GLOB viewer CONFIGURE_DEPENDS ${AESEL_API_VIEWER}/swagger-ui-bundle.js)
if(viewer)
  list(APPEND api_files
    "/docs|text/html|${api}/docs/index.html"
    "/docs/swagger-ui.css|text/css|${AESEL_API_VIEWER}/swagger-ui.css"
    "/docs/swagger-ui-bundle.js|text/javascript|${AESEL_API_VIEWER}/swagger-ui-bundle.js"
    "/docs/swagger-ui-bundle.js.LICENSE.txt|text/plain|${AESEL_API_VIEWER}/swagger-ui-bundle.js.LICENSE.txt"
    "/docs/LICENSE|text/plain|${AESEL_API_VIEWER}/LICENSE")
else()
  message(STATUS "/docs will only link the descriptions: tools/setup build installs its viewer")
  list(APPEND api_files "/docs|text/html|${api}/docs/links.html")
endif()

set(api_files_folder ${CMAKE_CURRENT_BINARY_DIR}/api_files)
set(api_files_cpp ${api_files_folder}/api_files.cpp)
set(api_file_paths ${api_files})
list(TRANSFORM api_file_paths REPLACE "^.*[|]" "")
add_custom_command(
  OUTPUT ${api_files_cpp}
  COMMAND ${CMAKE_COMMAND} -E make_directory ${api_files_folder}
  COMMAND ${CMAKE_COMMAND} "-DFILES=${api_files}" -DFOLDER=${api_files_folder} -DGZIP=${GZIP}
          -P ${CMAKE_CURRENT_SOURCE_DIR}/embed_api.cmake
  DEPENDS ${api_file_paths} ${CMAKE_CURRENT_SOURCE_DIR}/embed_api.cmake VERBATIM)
