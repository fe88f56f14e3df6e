# SPDX-License-Identifier: BSD-3-Clause
# One function for each sort of target, so that flags and layout are said once.

add_library(lockstep_warnings INTERFACE)
target_compile_options(lockstep_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
  -Wold-style-cast -Woverloaded-virtual -Werror
  # GCC 12 sees an overlap in "literal" + std::string that cannot be (its bug 105651).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)

# lockstep_compile_by_folder(TARGET): where CMAKE_UNITY_BUILD is on, the sources of a folder are one unit for
# the compiler, which then reads CAF's headers and makes their templates once for each folder instead of once
# for each file. A source with compile options of its own stays by itself, as do sources with the property
# SKIP_UNITY_BUILD_INCLUSION.
function(lockstep_compile_by_folder target)
  set_target_properties(${target} PROPERTIES UNITY_BUILD_MODE GROUP)
  # GCC takes a source that is included for a header, where nothing may be of this unit alone.
  if(CMAKE_UNITY_BUILD AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(${target} PRIVATE -Wno-subobject-linkage)
  endif()
  get_target_property(sources ${target} SOURCES)
  foreach(source IN LISTS sources)
    cmake_path(ABSOLUTE_PATH source NORMALIZE)
    cmake_path(GET source PARENT_PATH folder)
    cmake_path(RELATIVE_PATH folder BASE_DIRECTORY "${PROJECT_SOURCE_DIR}")
    string(MAKE_C_IDENTIFIER "${folder}" group)
    set_source_files_properties("${source}" PROPERTIES UNITY_GROUP ${group})
  endforeach()
endfunction()

# lockstep_library(NAME FOLDER [LINK target…]): a static library of every source in the folder and its rooms.
function(lockstep_library name)
  cmake_parse_arguments(arg "" "" "LINK" ${ARGN})
  set(sources)
  foreach(folder IN LISTS arg_UNPARSED_ARGUMENTS)
    file(GLOB_RECURSE found CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/${folder}/*.cpp")
    list(FILTER found EXCLUDE REGEX "/main\\.cpp$")
    list(APPEND sources ${found})
  endforeach()
  add_library(${name} STATIC ${sources})
  target_include_directories(${name} PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>)
  target_link_libraries(${name} PUBLIC ${arg_LINK} PRIVATE $<BUILD_INTERFACE:lockstep_warnings>)
  lockstep_compile_by_folder(${name})
endfunction()

# lockstep_model_library(NAME SOURCE…): a shared library that `control run NAME` finds.
function(lockstep_model_library name)
  add_library(${name} MODULE ${ARGN})
  set_target_properties(${name} PROPERTIES PREFIX "" LIBRARY_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/models")
  target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}")
  target_link_libraries(${name} PRIVATE lockstep::model lockstep_warnings)
  target_compile_options(${name} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-fno-gnu-unique>)
endfunction()

# lockstep_headers_alone(FOLDER… LINK target…): with LOCKSTEP_HEADERS_ALONE, compiles each header of the folders
# as the only one of a source, so that none leans on what its neighbours include. A header that the source of its
# name includes before all others is compiled so already.
function(lockstep_headers_alone)
  cmake_parse_arguments(arg "" "" "LINK" ${ARGN})
  if(NOT LOCKSTEP_HEADERS_ALONE)
    return()
  endif()
  set(sources)
  foreach(folder IN LISTS arg_UNPARSED_ARGUMENTS)
    file(GLOB_RECURSE headers CONFIGURE_DEPENDS RELATIVE "${PROJECT_SOURCE_DIR}" "${PROJECT_SOURCE_DIR}/${folder}/*.hpp")
    foreach(header IN LISTS headers)
      cmake_path(REPLACE_EXTENSION header LAST_ONLY cpp OUTPUT_VARIABLE beside)
      if(EXISTS "${PROJECT_SOURCE_DIR}/${beside}")
        file(STRINGS "${PROJECT_SOURCE_DIR}/${beside}" first REGEX "^#include" LIMIT_COUNT 1)
        if(first STREQUAL "#include \"${header}\"")
          continue()
        endif()
      endif()
      set(source "${PROJECT_BINARY_DIR}/headers/${header}.cpp")
      file(CONFIGURE OUTPUT "${source}" CONTENT "#include \"${PROJECT_SOURCE_DIR}/${header}\"\n" @ONLY)
      list(APPEND sources "${source}")
    endforeach()
  endforeach()
  add_library(lockstep_headers OBJECT ${sources})
  target_link_libraries(lockstep_headers PRIVATE ${arg_LINK} lockstep_warnings)
endfunction()
