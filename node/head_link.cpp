// SPDX-License-Identifier: BSD-3-Clause

#include "node/head_link.hpp"

#include "actors/handshake/dial.hpp"
#include "actors/handshake/tls_listener.hpp"
#include "actors/rules/link/back_off.hpp"
#include "platform/output/log_writer.hpp"

#include <atomic>
#include <exception>
#include <mutex>
#include <random>
#include <thread>
#include <utility>

namespace lockstep {

namespace {

using context_pointer = std::shared_ptr<const tls_context>;
using clock = std::chrono::steady_clock;

void say(const std::string& text) {
  write_error_line("node: " + text);
}

tl::unexpected<no_link> no_link_of(int exit_code) {
  return tl::unexpected(no_link{exit_code});
}

hello announced_hello(const context_pointer& context) {
  return own_hello(certificate_role::node, context->own()->name, LOCKSTEP_VERSION);
}

tls_link as_link(std::unique_ptr<tls_session> session, const link_peer& head) {
  say("linked to " + title(head.said) + " at " + head.address);
  return {.session = std::move(session),
          .name = head.certificate.name,
          .address = head.address,
          .on_end = [](const std::string& why) {
            if (!why.empty())
              say("the link to the head was ended: " + why);
          }};
}

/// One round over all heads: a link, or why there is none.
tl::expected<tls_link, no_membership> dial_once(const head_link_options& options,
                                                const dial_options& dialling) {
  auto member = obtain_membership(options.membership, options.join, dialling);
  if (!member)
    return tl::unexpected(std::move(member.error()));
  const auto& context = *member;
  no_membership last;
  for (const auto& head : options.join) {
    auto found = dial(head, *context, announced_hello(context), dialling);
    if (found)
      return as_link(std::move(found->session), found->peer);
    const auto& failed = found.error();
    // One head that may come back is reason enough to go on.
    last = {to_string(head) + ": " + failed.why, failed.again || last.again};
  }
  return tl::unexpected(std::move(last));
}

/// The same on a thread of its own, so that a signal ends it; none then.
std::optional<tl::expected<tls_link, no_membership>> dial_until(const head_link_options& options,
                                                                termination& end) {
  tl::expected<tls_link, no_membership> result;
  std::jthread dialling{[&](std::stop_token stop) {
    dial_options how;
    how.stop = std::move(stop);
    try {
      result = dial_once(options, how);
    } catch (const std::exception& thrown) { // of a file system or of a machine without threads
      result = tl::unexpected(no_membership{thrown.what(), true});
    }
    end.notify();
  }};
  const bool interrupted = end.wait() == termination::reason::signal;
  if (interrupted)
    dialling.request_stop();
  dialling.join();
  return interrupted ? std::nullopt : std::optional{std::move(result)};
}

tl::expected<tls_link, no_link> keep_dialling(const head_link_options& options, termination& end) {
  std::minstd_rand random{std::random_device{}()};
  std::uniform_real_distribution<double> uniform{0, 1};
  const auto begun = clock::now();
  std::string said;
  for (unsigned failures = 1;; ++failures) {
    auto once = dial_until(options, end);
    if (!once)
      return no_link_of(128 + end.signal());
    if (*once)
      return **std::move(once);
    const auto& failed = once->error();
    if (failed.why != std::exchange(said, failed.why))
      say(failed.why + (failed.again ? "; dialling again" : ""));
    if (!failed.again)
      return no_link_of(cannot_reach_head);
    auto wait = back_off(failures, uniform(random));
    if (options.give_up_after) {
      const auto left = *options.give_up_after -
                        std::chrono::ceil<std::chrono::milliseconds>(clock::now() - begun);
      if (left <= std::chrono::milliseconds{0}) {
        say("gave up after " + std::to_string(options.give_up_after->count()) + " ms");
        return no_link_of(cannot_reach_head);
      }
      wait = std::min(wait, left);
    }
    if (end.wait(wait) == termination::reason::signal)
      return no_link_of(128 + end.signal());
  }
}

/// Takes the first head that dials and belongs to the cluster.
tl::expected<tls_link, no_link> await_head(const head_link_options& options, termination& end) {
  auto member = obtain_membership(options.membership, {});
  if (!member) {
    say(member.error().why);
    return no_link_of(1);
  }
  const auto& context = *member;
  std::mutex mutex;
  std::optional<tls_link> taken;
  std::atomic<bool> is_taken = false;
  listener_callbacks callbacks;
  callbacks.authorize = [&](const link_peer&) -> std::optional<std::string> {
    if (is_taken)
      return "node " + options.membership.name + " has a head already";
    return std::nullopt;
  };
  callbacks.on_link = [&](std::unique_ptr<tls_session> session, const link_peer& head) {
    if (is_taken.exchange(true))
      return;
    const std::lock_guard guard{mutex};
    taken = as_link(std::move(session), head);
    end.notify();
  };
  callbacks.on_refused = [](const std::string& from, const std::string& why) {
    say("refused " + from + ": " + why);
  };
  const tls_listener listening{
      context, {.where = *options.listen, .own = announced_hello(context)}, callbacks};
  say("listening on " + to_string(listening.where()));
  switch (end.wait(options.give_up_after)) {
  case termination::reason::signal:
    return no_link_of(128 + end.signal());
  case termination::reason::time_over:
  case termination::reason::hung_up: // nobody is heeded here
    say("no head has dialled");
    return no_link_of(cannot_reach_head);
  case termination::reason::notified:
    break;
  }
  const std::lock_guard guard{mutex};
  return std::move(*taken);
}

} // namespace

tl::expected<tls_link, no_link> reach_head(const head_link_options& options, termination& end) {
  return options.listen ? await_head(options, end) : keep_dialling(options, end);
}

} // namespace lockstep
