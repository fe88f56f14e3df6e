#pragma once

#include "actors/link/descriptor_link.hpp"
#include "actors/link/dial.hpp"

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
  using watcher = std::function<void(const std::string& what, const std::string& who,
                                     const std::string& from, const std::string& details)>;
  using context_pointer = std::shared_ptr<const tls_context>;

  /// Begins at once. `door` must outlive this.
  node_dialler(link_door& door, const std::vector<address>& nodes, context_pointer context,
               greeting own, watcher tell);

  /// Ends dialling; links go on.
  ~node_dialler() = default;
  node_dialler(const node_dialler&) = delete;
  node_dialler& operator=(const node_dialler&) = delete;

  /// From the next time on with these certificates. Any thread.
  void use(context_pointer context);

private:
  void keep_linked(const std::stop_token& stop, const address& node);
  [[nodiscard]] context_pointer context() const;

  link_door& door_;
  const greeting own_;
  const watcher tell_;
  mutable std::mutex mutex_;
  context_pointer context_;           ///< guarded by mutex_
  std::vector<std::jthread> threads_; // the last: they use all others
};

} // namespace lockstep
