# Puts the description of the API and the page that shows it into the program: writes api_files.cpp, which takes in each
# file as it is and compressed, by the assembler, because C++ literals of megabytes take minutes.
#   cmake -DFILES="PATH|CONTENT_TYPE|FILE;..." -DFOLDER=... -DGZIP=... -P embed_api.cmake
cmake_minimum_required(VERSION 3.25)
set(assembly "")
set(symbols "")
set(table "")
set(number 0)
foreach(entry ${FILES})
  string(REPLACE "|" ";" parts "${entry}")
  list(GET parts 0 path)
  list(GET parts 1 type)
  list(GET parts 2 file)
  if(type MATCHES "^text/")
    string(APPEND type "; charset=utf-8")
  endif()
  set(packed ${FOLDER}/${number}.gz)
  execute_process(COMMAND ${GZIP} -9 -n -c ${file} OUTPUT_FILE ${packed} COMMAND_ERROR_IS_FATAL ANY)
  file(SHA256 ${file} digest)
  string(SUBSTRING ${digest} 0 32 digest)
  foreach(form plain packed)
    set(name aesel_api_${form}_${number})
    set(content ${file})
    if(form STREQUAL "packed")
      set(content ${packed})
    endif()
    string(APPEND assembly ".balign 16\n${name}:\n.incbin \"${content}\"\n${name}_end:\n")
    string(APPEND assembly ".globl ${name}, ${name}_end\n.hidden ${name}, ${name}_end\n")
    string(APPEND symbols "extern const char ${name}[], ${name}_end[];\n")
  endforeach()
  string(APPEND table "      {\"${path}\", \"${type}\", \"${digest}\",\n"
         "       between(aesel_api_plain_${number}, aesel_api_plain_${number}_end),\n"
         "       between(aesel_api_packed_${number}, aesel_api_packed_${number}_end)},\n")
  math(EXPR number "${number} + 1")
endforeach()
file(WRITE ${FOLDER}/api_files.cpp "// Written by app/embed_api.cmake.
#include \"app/api_docs.hpp\"

__asm__(R\"(
.pushsection .rodata
${assembly}.popsection
)\");

extern \"C\" {
${symbols}}

namespace aesel::app {
namespace {

std::string_view between(const char* begin, const char* end) {
  return {begin, static_cast<std::size_t>(end - begin)};
}

}  // namespace

std::vector<ApiFile> api_files() {
  return {
${table}  };
}

}  // namespace aesel::app
")
