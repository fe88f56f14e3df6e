// SPDX-License-Identifier: BSD-3-Clause

// A shared library that has nothing to do with Lockstep.

extern "C" [[gnu::visibility("default")]] int seven() {
  return 7;
}
