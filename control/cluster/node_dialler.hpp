// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/handshake/dial.hpp"

#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace lockstep {

/// Dials nodes that listen, each on a thread of its own, and dials again once a link has ended.
class node_dialler {
public:
  /// Takes a link over; calls `on_end` once it has ended, unless it gives false.
  using admitter = std::function<bool(dialled link, std::function<void()> on_end)>;
  /// Told why a node cannot be reached, each reason once.
  using complaint = std::function<void(const address& node, const std::string& why)>;
  using context_pointer = std::shared_ptr<const tls_context>;

  /// Begins at once.
  node_dialler(const std::vector<address>& nodes, context_pointer context, hello own,
               admitter admit, complaint complain);

  /// Ends dialling; links go on.
  ~node_dialler() = default;
  node_dialler(const node_dialler&) = delete;
  node_dialler& operator=(const node_dialler&) = delete;

  /// From the next time on with these certificates. Any thread.
  void use(context_pointer context);

private:
  void keep_linked(const std::stop_token& stop, const address& node);
  [[nodiscard]] context_pointer context() const;

  const hello own_;
  const admitter admit_;
  const complaint complain_;
  mutable std::mutex mutex_;
  context_pointer context_;           ///< guarded by mutex_
  std::vector<std::jthread> threads_; // the last: they use all others
};

} // namespace lockstep
