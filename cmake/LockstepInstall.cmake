# SPDX-License-Identifier: BSD-3-Clause
# `find_package(lockstep CONFIG)` gives lockstep::model; with COMPONENTS actors also lockstep::actors.
# Node.js owns the name `node`, so programs are installed as lockstep-node and lockstep-control.

include(CMakePackageConfigHelpers)
set(lockstep_package ${CMAKE_INSTALL_LIBDIR}/cmake/lockstep)

install(DIRECTORY model/lockstep DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  FILES_MATCHING PATTERN "*.hpp")
install(DIRECTORY platform actors DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/lockstep-actors
  FILES_MATCHING PATTERN "*.hpp")
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(TARGETS lockstep_model EXPORT lockstepModel)
install(TARGETS lockstep_platform lockstep_actors EXPORT lockstepActors ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
foreach(part Model Actors)
  install(EXPORT lockstep${part} NAMESPACE lockstep:: FILE lockstep${part}Targets.cmake
    DESTINATION ${lockstep_package})
endforeach()
install(PROGRAMS $<TARGET_FILE:node> DESTINATION ${CMAKE_INSTALL_BINDIR} RENAME lockstep-node)
install(PROGRAMS $<TARGET_FILE:control> DESTINATION ${CMAKE_INSTALL_BINDIR} RENAME lockstep-control)

configure_package_config_file(cmake/lockstepConfig.cmake.in
  "${PROJECT_BINARY_DIR}/lockstepConfig.cmake" INSTALL_DESTINATION ${lockstep_package})
write_basic_package_version_file("${PROJECT_BINARY_DIR}/lockstepConfigVersion.cmake"
  COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/lockstepConfig.cmake"
  "${PROJECT_BINARY_DIR}/lockstepConfigVersion.cmake" cmake/LockstepModel.cmake
  DESTINATION ${lockstep_package})

# Units of systemd, whose paths are known only when it is known where to.
install(CODE "set(LOCKSTEP_BIN_FOLDER \"${CMAKE_INSTALL_BINDIR}\")
set(LOCKSTEP_UNITS \"${PROJECT_SOURCE_DIR}/packaging/systemd\")
set(LOCKSTEP_UNITS_BUILD \"${PROJECT_BINARY_DIR}/systemd\")")
install(SCRIPT cmake/LockstepUnits.cmake)
install(FILES packaging/systemd/lockstep.sysusers.conf DESTINATION lib/sysusers.d
  RENAME lockstep.conf)
