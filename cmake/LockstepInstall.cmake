# `find_package(lockstep CONFIG)` gives lockstep::model and lockstep::actors. Node.js owns the name
# `node`, so programs are installed as lockstep-node and lockstep-control.

include(CMakePackageConfigHelpers)

install(DIRECTORY model/lockstep DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.hpp")
install(DIRECTORY actors DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/lockstep-actors FILES_MATCHING PATTERN "*.hpp")
install(TARGETS lockstep_model lockstep_actors EXPORT lockstep
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(EXPORT lockstep NAMESPACE lockstep:: FILE lockstepTargets.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/lockstep)
install(PROGRAMS $<TARGET_FILE:node> DESTINATION ${CMAKE_INSTALL_BINDIR} RENAME lockstep-node)
install(PROGRAMS $<TARGET_FILE:control> DESTINATION ${CMAKE_INSTALL_BINDIR} RENAME lockstep-control)

configure_package_config_file(cmake/lockstepConfig.cmake.in
  "${PROJECT_BINARY_DIR}/lockstepConfig.cmake"
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/lockstep)
write_basic_package_version_file("${PROJECT_BINARY_DIR}/lockstepConfigVersion.cmake"
  COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/lockstepConfig.cmake"
  "${PROJECT_BINARY_DIR}/lockstepConfigVersion.cmake" cmake/LockstepModel.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/lockstep)
