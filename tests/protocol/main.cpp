// SPDX-License-Identifier: BSD-3-Clause

#include "actors/system/system_configuration.hpp"

#if CAF_MAJOR_VERSION >= 1
#include <caf/test/runner.hpp>
#else
#define CAF_SUITE protocol
#define CAF_TEST_NO_MAIN
#include <caf/test/unit_test_impl.hpp>
#endif

int main(int argc, char** argv) {
  lockstep::prepare_caf();
#if CAF_MAJOR_VERSION >= 1
  caf::test::registry::run_init_callbacks();
  return caf::test::runner{}.run(argc, argv);
#else
  return caf::test::main(argc, argv);
#endif
}
