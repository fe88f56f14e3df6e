// SPDX-License-Identifier: BSD-3-Clause

#include "control/head/head_options.hpp"

#include "control/access/control_acceptor.hpp"
#include "control/cluster/head_certificates.hpp"
#include "control/cluster/node_needs.hpp"
#include "platform/output/log_writer.hpp"
#include "platform/process/resource_limits.hpp"
#include "platform/process/termination.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace lockstep {

host_names hosts_of(const serve_options& options) {
  host_names hosts;
  const auto add = [&](const address& where) {
    if (auto host = host_name_from(where.host))
      hosts.push_back(std::move(*host));
  };
  add(options.tcp.listen);
  if (options.cluster.listen)
    add(*options.cluster.listen);
  return hosts;
}

json limits_to_json(const serve_options& options) {
  return {{"line_bytes", options.tcp.line_bytes},
          {"nesting", options.rpc.nesting},
          {"batch", options.rpc.batch},
          {"connections", options.tcp.connections},
          {"in_flight", options.rpc.in_flight},
          {"waiting_bytes", options.tcp.waiting_bytes},
          {"payload_bytes", options.payload_bytes},
          {"history_bytes", options.history_bytes}};
}

serve_options within_descriptors(serve_options options) {
  // It holds 29 with its node, 5 more for a run, its plan and the plan that waits, and 3 for each
  // run beside that.
  constexpr std::uint64_t of_the_head = 40;
  constexpr std::uint64_t least_for_clients = 4;
  constexpr std::uint64_t needed = 34 + least_for_clients;
  const auto lacks_for_node =
      options.with_node ? lacks_descriptors_for_node(options.node_arguments) : std::nullopt;
  if (lacks_for_node) { // else it would be started in vain again and again
    write_error_line("control: " + *lacks_for_node);
    end_program(1);
  }
  if (const auto lacks = lacks_descriptors(needed, "a head")) {
    write_error_line("control: " + *lacks);
    end_program(1);
  }
  const auto room = static_cast<std::size_t>(
      std::max(descriptor_limit(), of_the_head + least_for_clients) - of_the_head);
  auto& tcp = options.tcp;
  tcp.refused_at_once = std::min(tcp.refused_at_once, room / 4);
  tcp.connections = std::min(tcp.connections, room - tcp.refused_at_once);
  return options;
}

void refresh_certificate(const serve_options& options) {
  if (options.cluster.pki.empty() || !(needs_tls(options) || options.cluster.is_wanted()))
    return;
  const auto renewed = renew_head_certificate(options.cluster.pki, hosts_of(options));
  if (!renewed)
    write_error_line("control: the head's certificate is not renewed: " + renewed.error().text);
}

} // namespace lockstep
