// SPDX-License-Identifier: BSD-3-Clause

#include "control/client/head_search.hpp"

#include <exception>

namespace lockstep {

namespace {

/// A head that speaks TLS only is no stranger to whoever has its cluster's authority.
connection connect_with_tls_if_needed(const head_access& to) {
  try {
    return connection{to};
  } catch (const turned_away&) {
    const auto secured = to.tls ? std::nullopt : with_usual_authority(to);
    if (!secured)
      throw;
    return connection{*secured};
  }
}

connection connect_to_lockstep(const head_access& to) {
  auto link = connect_with_tls_if_needed(to);
  if (!to.is_chosen && !link.is_encrypted() && link.described().value("name", json()) != "lockstep")
    throw cannot_connect(to_string(to.where) + ": whoever listens there is no head of Lockstep");
  return link;
}

} // namespace

connection connect_to_head(const client_options& options) {
  std::exception_ptr silence;
  const auto candidates = options.candidates();
  for (const auto& to : candidates)
    try {
      return connect_to_lockstep(to);
    } catch (const cannot_connect&) {
      if (&to == &candidates.back() && !silence)
        throw;
    } catch (const no_answer&) {
      silence = silence ? silence : std::current_exception();
    }
  std::rethrow_exception(silence);
}

} // namespace lockstep
