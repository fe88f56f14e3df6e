// SPDX-License-Identifier: BSD-3-Clause

#include "node/renewal.hpp"

#include "platform/authority/authority.hpp"
#include "platform/output/log_writer.hpp"

#include <exception>
#include <stop_token>
#include <string>
#include <thread>

namespace lockstep {

namespace {

/// What an operator should know; empty where all is well.
std::string renew(const head_link_options& options, const std::stop_token& stop) {
  dial_options how;
  how.stop = stop;
  const auto member = obtain_membership(options.membership, options.join, how);
  if (!member)
    return member.error().why;
  const auto& own = *(*member)->own();
  if (!options.join.empty() || !is_due_for_renewal(own, std::chrono::system_clock::now()))
    return {};
  return "the certificate of node " + own.name +
         " ends soon, and a node that listens cannot ask for another: issue it anew with `control "
         "pki issue " +
         own.name + "` on the head's machine, and put its files in " +
         options.membership.identity.string();
}

void renew_and_tell(const head_link_options& options, const std::stop_token& stop) {
  std::string why;
  try {
    why = renew(options, stop);
  } catch (const std::exception& thrown) { // of a file system
    why = thrown.what();
  }
  if (!why.empty() && !stop.stop_requested())
    write_error_line("node: " + why);
}

} // namespace

termination::reason wait_and_renew(const head_link_options& options, termination& end,
                                   std::chrono::milliseconds interval) {
  std::jthread renewing;
  for (;;) {
    const auto reason = end.wait(interval);
    if (reason != termination::reason::time_over)
      return reason;
    renewing =
        std::jthread{[&options](const std::stop_token& stop) { renew_and_tell(options, stop); }};
  }
}

} // namespace lockstep
