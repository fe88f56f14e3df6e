// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "platform/network/address.hpp"
#include "platform/process/unique_descriptor.hpp"

#include <sys/types.h>

#include <string>

namespace lockstep::test {

/// A process of the user nobody that listens, and answers each line as a head answers
/// system.describe. Only root can make it.
class other_users_head {
public:
  other_users_head();
  ~other_users_head();
  other_users_head(const other_users_head&) = delete;
  other_users_head& operator=(const other_users_head&) = delete;

  address where;

  /// Ends it. Gives all that it was told.
  std::string end();

private:
  descriptor_pair told_;
  pid_t child_ = 0;
};

} // namespace lockstep::test
