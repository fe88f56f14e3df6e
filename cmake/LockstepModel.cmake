# lockstep_add_model(NAME source…): the shared library of a model, NAME.so, which `lockstep-control run
# NAME` finds in the folders of LOCKSTEP_PATH.
function(lockstep_add_model name)
  add_library(${name} MODULE ${ARGN})
  set_target_properties(${name} PROPERTIES PREFIX "" SUFFIX ".so")
  target_link_libraries(${name} PRIVATE lockstep::model)
endfunction()
