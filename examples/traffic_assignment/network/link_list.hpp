// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "examples/traffic_assignment/network/network.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace traffic_assignment {

/// A link before it stands in a network; nodes count from 0, units are those of `network`.
struct link_record {
  std::uint32_t tail = 0;
  std::uint32_t head = 0;
  double capacity = 1;
  double length = 0;
  double free_time = 0;
  double b = 0;
  double power = 0;
  double toll = 0;
};

/// Whether the time of a link depends on its flow; where it does, its capacity must be above 0.
[[nodiscard]] bool can_congest(const link_record& link);

/// The network of the given links, sorted by tail; links of one tail keep their order.
/// `file_order` is the position in `links`. Node numbers must be below `nodes`.
[[nodiscard]] network network_of(std::size_t zones, std::size_t nodes,
                                 std::size_t first_through_node,
                                 const std::vector<link_record>& links);

} // namespace traffic_assignment
