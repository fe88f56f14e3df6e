// SPDX-License-Identifier: BSD-3-Clause

#include "examples/traffic_assignment/network/link_list.hpp"

namespace traffic_assignment {
namespace {

void append(network& roads, const link_record& link, std::uint32_t position) {
  roads.tail.push_back(link.tail);
  roads.head.push_back(link.head);
  roads.capacity.push_back(link.capacity);
  roads.length.push_back(link.length);
  roads.free_time.push_back(link.free_time);
  roads.b.push_back(link.b);
  roads.power.push_back(link.power);
  roads.toll.push_back(link.toll);
  roads.file_order.push_back(position);
}

void reserve(network& roads, std::size_t links) {
  for (auto* column : {&roads.tail, &roads.head, &roads.file_order})
    column->reserve(links);
  for (auto* column :
       {&roads.capacity, &roads.length, &roads.free_time, &roads.b, &roads.power, &roads.toll})
    column->reserve(links);
}

/// Positions of the links, sorted by tail with a counting sort; fills first_link on the way.
std::vector<std::uint32_t> sorted_by_tail(const std::vector<link_record>& links,
                                          std::vector<std::uint32_t>& first_link) {
  for (const auto& link : links)
    ++first_link[link.tail + 1];
  for (std::size_t node = 1; node < first_link.size(); ++node)
    first_link[node] += first_link[node - 1];
  auto next = first_link;
  std::vector<std::uint32_t> sorted(links.size());
  for (std::uint32_t position = 0; position < links.size(); ++position)
    sorted[next[links[position].tail]++] = position;
  return sorted;
}

} // namespace

bool can_congest(const link_record& link) {
  return link.b > 0 && link.free_time > 0 && link.power > 0;
}

network network_of(std::size_t zones, std::size_t nodes, std::size_t first_through_node,
                   const std::vector<link_record>& links) {
  network roads;
  roads.zones = zones;
  roads.nodes = nodes;
  roads.first_through_node = first_through_node;
  roads.first_link.resize(nodes + 1);
  reserve(roads, links.size());
  for (const auto position : sorted_by_tail(links, roads.first_link))
    append(roads, links[position], position);
  return roads;
}

} // namespace traffic_assignment
