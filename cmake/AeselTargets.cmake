# One library per folder of src/, with the same flags everywhere.
#   aesel_library(NAME [SOURCES ...] [PUBLIC ...] [PRIVATE ...] [TESTS ...] [TEST_LINKS ...])
# TESTS become one executable, aesel_NAME_test, registered with ctest.

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()
find_program(MOLD mold)
if(MOLD AND NOT AESEL_SANITIZE)
  add_link_options(-fuse-ld=mold)
endif()

add_library(aesel_flags INTERFACE)
target_include_directories(aesel_flags INTERFACE ${PROJECT_SOURCE_DIR}/src)
target_compile_options(aesel_flags INTERFACE -Wall -Wextra -Werror -Wshadow -Wno-missing-field-initializers)
target_compile_definitions(aesel_flags INTERFACE BOOST_ASIO_NO_DEPRECATED BOOST_BIND_NO_PLACEHOLDERS)
if(AESEL_SANITIZE)
  # g++ 12 takes Asio's coroutine frames for a mismatch when it instruments them, and results for uninitialized.
  target_compile_options(aesel_flags INTERFACE
    $<$<CXX_COMPILER_ID:GNU>:-Wno-mismatched-new-delete> $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  if(AESEL_SANITIZE STREQUAL "thread")
    target_compile_options(aesel_flags INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-tsan>)  # fences in Asio
  endif()
  target_compile_options(aesel_flags INTERFACE -fsanitize=${AESEL_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(aesel_flags INTERFACE -fsanitize=${AESEL_SANITIZE})
endif()

function(aesel_library name)
  cmake_parse_arguments(A "" "" "SOURCES;PUBLIC;PRIVATE;TESTS;TEST_LINKS" ${ARGN})
  if(A_SOURCES)
    add_library(aesel_${name} STATIC ${A_SOURCES})
    target_link_libraries(aesel_${name} PUBLIC aesel_flags ${A_PUBLIC} PRIVATE ${A_PRIVATE})
  else()
    add_library(aesel_${name} INTERFACE)
    target_link_libraries(aesel_${name} INTERFACE aesel_flags ${A_PUBLIC})
  endif()
  if(A_TESTS AND AESEL_TESTS)
    aesel_test(aesel_${name}_test SOURCES ${A_TESTS} LINKS aesel_${name} ${A_PRIVATE} ${A_TEST_LINKS})
  endif()
endfunction()

function(aesel_test name)
  cmake_parse_arguments(A "" "" "SOURCES;LINKS" ${ARGN})
  add_executable(${name} ${A_SOURCES})
  target_link_libraries(${name} PRIVATE aesel_flags ${A_LINKS} GTest::gtest GTest::gmock GTest::gtest_main)
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES TIMEOUT 300 LABELS unit)
endfunction()
