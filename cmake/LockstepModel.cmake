# SPDX-License-Identifier: BSD-3-Clause
# lockstep_add_model(NAME source…): the shared library of a model, NAME.so, which `lockstep-control run
# NAME` finds in the folders of LOCKSTEP_PATH. Where neither a build type nor a flag -O is given, it is
# compiled as Release.
function(lockstep_add_model name)
  add_library(${name} MODULE ${ARGN})
  # Hidden: two models in one process must not share what they happen to name alike. The header
  # exports the one symbol that is looked up.
  set_target_properties(${name} PROPERTIES PREFIX "" SUFFIX ".so"
    CXX_EXTENSIONS OFF CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
  target_link_libraries(${name} PRIVATE lockstep::model)
  if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES AND NOT CMAKE_CXX_FLAGS MATCHES "(^| )-O")
    separate_arguments(flags NATIVE_COMMAND "${CMAKE_CXX_FLAGS_RELEASE}")
    target_compile_options(${name} PRIVATE ${flags})
  endif()
  # A unique symbol is one for the whole process: a library that is built anew and loaded beside the build
  # before would see the data of that one.
  target_compile_options(${name} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-fno-gnu-unique>)
endfunction()
