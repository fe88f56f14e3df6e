# SPDX-License-Identifier: BSD-3-Clause
# What scripts/setup installs. CAF is found where CMAKE_PREFIX_PATH says, or in the cache that
# scripts/setup fills.

set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)
# `control up` copies the node program to machines that have no more than a C++ library: whatever else
# it needs it carries along, where this machine has it to link.
option(LOCKSTEP_PORTABLE "Let programs carry OpenSSL, hwloc, spdlog and fmt with them" ON)
find_library(LOCKSTEP_CRYPTO_ARCHIVE libcrypto.a)
find_library(LOCKSTEP_HWLOC_ARCHIVE libhwloc.a)
find_library(LOCKSTEP_UDEV udev)
mark_as_advanced(LOCKSTEP_CRYPTO_ARCHIVE LOCKSTEP_HWLOC_ARCHIVE LOCKSTEP_UDEV)
if(LOCKSTEP_PORTABLE AND LOCKSTEP_CRYPTO_ARCHIVE)
  set(OPENSSL_USE_STATIC_LIBS TRUE)
endif()
find_package(OpenSSL REQUIRED COMPONENTS SSL Crypto)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(Boost 1.74 REQUIRED)
find_package(CLI11 2.1 REQUIRED)
find_package(spdlog 1.10 REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(hwloc REQUIRED IMPORTED_TARGET hwloc)
if(LOCKSTEP_PORTABLE AND LOCKSTEP_HWLOC_ARCHIVE AND LOCKSTEP_UDEV)
  # Of what its archive wants, udev is on every machine that has systemd.
  set(lockstep_hwloc ${LOCKSTEP_HWLOC_ARCHIVE} ${LOCKSTEP_UDEV})
else()
  set(lockstep_hwloc PkgConfig::hwloc)
endif()
set(lockstep_spdlog spdlog::spdlog)
if(LOCKSTEP_PORTABLE)
  find_package(fmt REQUIRED)
  add_library(lockstep_spdlog INTERFACE)
  foreach(headers spdlog::spdlog_header_only fmt::fmt-header-only)
    target_include_directories(lockstep_spdlog SYSTEM INTERFACE
      $<TARGET_PROPERTY:${headers},INTERFACE_INCLUDE_DIRECTORIES>)
  endforeach()
  target_compile_definitions(lockstep_spdlog INTERFACE SPDLOG_FMT_EXTERNAL FMT_HEADER_ONLY)
  target_link_libraries(lockstep_spdlog INTERFACE Threads::Threads)
  set(lockstep_spdlog lockstep_spdlog)
endif()

find_path(LOCKSTEP_CEREAL_INCLUDE cereal/cereal.hpp REQUIRED)
find_package(tl-expected 1.0 QUIET)
if(NOT tl-expected_FOUND)
  message(FATAL_ERROR "tl-expected (the header tl/expected.hpp) is not found: run scripts/setup, install "
    "Debian's libexpected-dev, or name where it is with CMAKE_PREFIX_PATH")
endif()

if(DEFINED ENV{LOCKSTEP_CACHE})
  set(lockstep_cache "$ENV{LOCKSTEP_CACHE}")
elseif(DEFINED ENV{XDG_CACHE_HOME})
  set(lockstep_cache "$ENV{XDG_CACHE_HOME}/lockstep")
else()
  set(lockstep_cache "$ENV{HOME}/.cache/lockstep")
endif()
# What scripts/setup has built, the newest version first.
set(lockstep_caf_suffix)
if(LOCKSTEP_SANITIZE MATCHES "thread")
  set(lockstep_caf_suffix -tsan)
endif()
file(GLOB lockstep_caf "${lockstep_cache}/caf-*${lockstep_caf_suffix}/.complete")
list(FILTER lockstep_caf INCLUDE REGEX "/caf-[0-9][^/-]*${lockstep_caf_suffix}/")
list(SORT lockstep_caf COMPARE NATURAL ORDER DESCENDING)
list(TRANSFORM lockstep_caf REPLACE "/[.]complete$" "")
# CAF must be built with the thread sanitizer too, or it reports what is none.
if(LOCKSTEP_SANITIZE MATCHES "thread")
  find_package(CAF REQUIRED COMPONENTS core io PATHS ${lockstep_caf} NO_DEFAULT_PATH)
else()
  find_package(CAF REQUIRED COMPONENTS core io HINTS ${CMAKE_PREFIX_PATH} PATHS ${lockstep_caf})
endif()
# Asked here, because CAF's own version file accepts no range.
if(CAF_VERSION VERSION_LESS 0.18.7 OR CAF_VERSION VERSION_GREATER_EQUAL 1.2)
  message(FATAL_ERROR "CAF ${CAF_VERSION} in ${CAF_DIR} is none of 0.18.7 to 1.1; run scripts/setup, "
    "or name another with CMAKE_PREFIX_PATH")
endif()
message(STATUS "CAF ${CAF_VERSION} in ${CAF_DIR}")
# Its headers warn in C++20, and our warnings are errors.
foreach(component core io)
  get_target_property(folders CAF::${component} INTERFACE_INCLUDE_DIRECTORIES)
  set_target_properties(CAF::${component} PROPERTIES INTERFACE_SYSTEM_INCLUDE_DIRECTORIES "${folders}")
endforeach()
