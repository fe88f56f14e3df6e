// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/cluster/node_dialler.hpp"
#include "control/options/cluster_options.hpp"

#include "actors/handshake/tls_listener.hpp"
#include "actors/link/descriptor_link.hpp"
#include "platform/authority/authority.hpp"

#include <tl/expected.hpp>

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace lockstep {

/// Told of who came, who left and who was refused: what happened, who, from where, and why. Any
/// thread; must be quick.
using cluster_watcher = std::function<void(const std::string& what, const std::string& who,
                                           const std::string& from, const std::string& details)>;

/// The head's side of the cluster: lets nodes in that prove who they are, and gives certificates to
/// machines that show a join token.
///
/// A name belongs to one machine: a node that dials anew while its old link has not been found dead
/// takes its place.
class cluster {
public:
  /// Listens and dials at once. `acceptor` leads to the controller and must outlive this. Throws
  /// std::runtime_error with a sentence where certificates are missing or wrong, or the address
  /// cannot be listened on.
  cluster(link_acceptor& acceptor, const cluster_options& options, cluster_watcher watcher);
  cluster(const cluster&) = delete;
  cluster& operator=(const cluster&) = delete;

  /// Where nodes dial, with the real port; none where the head only dials.
  [[nodiscard]] std::optional<address> where() const;

  /// Reads certificates and the revocation list again, for links to come; links of revoked nodes
  /// are cut. On an error, a sentence, all stays as it was. Any thread.
  tl::expected<void, std::string> reload();

private:
  using context_pointer = std::shared_ptr<const tls_context>;

  [[nodiscard]] tl::expected<context_pointer, std::string> load() const;
  bool admit(std::unique_ptr<tls_session> session, const link_peer& peer,
             std::function<void()> on_end);
  tl::expected<enrol_answer, refusal> enrol(const enrol_request& wanted,
                                            const std::optional<certificate_facts>& shown,
                                            const std::string& from);
  tl::expected<enrol_answer, refusal> answer_with(issued_certificate issued) const;
  void cut_revoked();
  [[nodiscard]] listener_callbacks callbacks();

  link_acceptor& acceptor_;
  const cluster_options options_;
  const authority authority_;
  const cluster_watcher watcher_;
  std::mutex mutex_;
  std::map<std::string, std::string> serials_; ///< of links, by name; guarded by mutex_
  std::set<std::string> revoked_;              ///< serials; guarded by mutex_
  std::optional<tls_listener> listener_;
  std::optional<node_dialler> dialler_; // the last: its threads use all others
};

} // namespace lockstep
