// SPDX-License-Identifier: BSD-3-Clause

#define LOCKSTEP_TEST_BUILD 2
#include "tests/system/models/changing_one.cpp"
