// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace lockstep {

/// The head answered with an error.
class call_failed : public std::runtime_error {
public:
  call_failed(int number, const std::string& message, std::string proposal)
      : std::runtime_error(message), code(number), hint(std::move(proposal)) {}
  int code;         ///< see control/rpc/error.hpp
  std::string hint; ///< what to do; may be empty
};

/// The head has as many connections as it may have, and said so instead of an answer.
class head_full : public call_failed {
public:
  using call_failed::call_failed;
};

/// Nobody answers at the address, or whoever does is refused or refuses us.
class cannot_connect : public std::runtime_error {
public:
  explicit cannot_connect(const std::string& what, std::string proposal = "")
      : std::runtime_error(what), hint(std::move(proposal)) {}
  std::string hint; ///< what to do; may be empty
};

/// The head there wants TLS.
class turned_away : public cannot_connect {
public:
  using cannot_connect::cannot_connect;
};

/// The head there belongs to another user.
class foreign_head : public cannot_connect {
public:
  using cannot_connect::cannot_connect;
};

/// The head was there and is gone.
class connection_lost : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

/// The head is there but does not answer in time.
class no_answer : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

} // namespace lockstep
