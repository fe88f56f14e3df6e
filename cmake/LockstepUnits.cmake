# SPDX-License-Identifier: BSD-3-Clause
# Run by `cmake --install`: writes the units with the path of the installed programs.

cmake_path(ABSOLUTE_PATH LOCKSTEP_BIN_FOLDER BASE_DIRECTORY "${CMAKE_INSTALL_PREFIX}" NORMALIZE
  OUTPUT_VARIABLE LOCKSTEP_BIN)
file(READ "${LOCKSTEP_UNITS}/hardening.conf" LOCKSTEP_UNIT_HARDENING)
foreach(unit lockstep-head.service lockstep-node.service)
  configure_file("${LOCKSTEP_UNITS}/${unit}.in" "${LOCKSTEP_UNITS_BUILD}/${unit}" @ONLY)
  file(INSTALL "${LOCKSTEP_UNITS_BUILD}/${unit}"
    DESTINATION "${CMAKE_INSTALL_PREFIX}/lib/systemd/system")
endforeach()
