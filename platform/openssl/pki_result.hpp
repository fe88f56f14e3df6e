// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <tl/expected.hpp>

#include <exception>
#include <stdexcept>
#include <string>

namespace lockstep {

/// Why something about certificates or tokens cannot be: sentences for people on what is wrong,
/// where, and what to do. They hold no secret.
struct pki_error {
  std::string text;
};

template <class T>
using pki_result = tl::expected<T, pki_error>;

/// A pki_error on its way out of this folder's own functions.
class pki_failure : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

/// This thread's queue of OpenSSL's errors belongs to all who use OpenSSL in it; what is left there
/// is taken for a later call's.
void forget_openssl_errors();

/// What `work` gives, or why it failed: the way out of this folder, by which no exception goes.
template <class Work>
auto attempt(const Work& work) -> pki_result<decltype(work())> {
  try {
    return work();
  } catch (const std::exception& failed) {
    forget_openssl_errors();
    return tl::unexpected(pki_error{failed.what()});
  }
}

} // namespace lockstep
