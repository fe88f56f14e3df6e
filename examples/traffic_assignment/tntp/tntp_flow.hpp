// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "examples/traffic_assignment/network/network.hpp"
#include "examples/traffic_assignment/tntp/tntp_node.hpp"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace traffic_assignment {

/// A row of a flow file.
struct link_flow {
  std::uint32_t from = 0; ///< node, from 0; files count from 1
  std::uint32_t to = 0;
  double volume = 0; ///< vehicles per unit of time, >= 0
  double cost = 0;   ///< at that volume, >= 0
};

/// An assignment by link of the network, `links()` entries each, and what a table may show beside
/// it.
struct link_results {
  std::span<const double> flow;
  std::span<const double> cost; ///< generalised
  std::span<const double> time;
  std::span<const double> published{}; ///< flows by another program, or nothing
  std::span<const point> nodes{};      ///< by node, or nothing
};

/// Reads a flow file (`_flow.tntp`, also as .gz) with the columns From To Volume Cost. Others may
/// stand between where a header line names them; metadata, comments, and the ':' and ';' of older
/// files are let be. Throws std::runtime_error, "FILE:LINE: what is wrong, what was expected", or
/// "FILE: reason" where the file cannot be read.
[[nodiscard]] std::vector<link_flow> read_flows(const std::filesystem::path& file);

/// The same from the text of a file; `name` stands for it in errors.
[[nodiscard]] std::vector<link_flow> flows_of_text(std::string_view text, const std::string& name);

/// The volumes by link of the network. Rows of parallel links belong to them in the order of the
/// network's file. Throws std::runtime_error where a row has no link or a link no row.
[[nodiscard]] std::vector<double> volumes_of(const network& roads,
                                             const std::vector<link_flow>& rows);

/// Writes one row per link in the order of the network's file, all digits kept. A name that ends in
/// .csv gets the columns from,to,capacity,flow,cost,time, then published,difference and
/// from_x,from_y,to_x,to_y where they are given; any other one the TNTP format. A reader sees the
/// old file or the new one, never a part. Throws std::runtime_error "FILE: reason", and
/// std::invalid_argument where a column of `results` has not one entry per link or node.
void write_flows(const std::filesystem::path& file, const network& roads,
                 const link_results& results);

/// Throws where write_flows would not be able to write this file now, so that nobody computes for
/// hours in vain.
void check_flow_file(const std::filesystem::path& file);

} // namespace traffic_assignment
