// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "examples/tsp_islands/tsplib/instance.hpp"
#include "examples/tsp_islands/tsplib/token_reader.hpp"

#include <filesystem>
#include <istream>
#include <optional>
#include <string>
#include <vector>

namespace tsp_islands {

/// The most cities of a file that gives coordinates, and of one that gives a matrix.
inline constexpr std::int64_t coordinate_cities_max = 1'000'000;
inline constexpr std::int64_t matrix_cities_max = 20'000;

/// Reads an instance in TSPLIB95 format: EUC_2D, CEIL_2D, GEO, ATT, and EXPLICIT in every symmetric
/// matrix format. `name` stands for the file in errors. Throws file_error ("FILE:LINE: reason").
[[nodiscard]] instance read_instance(std::istream& source, const std::string& name);
[[nodiscard]] instance read_instance(const std::filesystem::path& file);

/// Reads the TOUR_SECTION of a tour over `dimension` cities; the answer counts from 0. Throws
/// file_error where it is not a permutation.
[[nodiscard]] std::vector<city> read_tour(std::istream& source, const std::string& name,
                                          std::size_t dimension);
[[nodiscard]] std::vector<city> read_tour(const std::filesystem::path& file, std::size_t dimension);

/// The optimal tour that lies beside an instance: NAME.opt.tour beside NAME.tsp, or nothing.
[[nodiscard]] std::optional<std::vector<city>>
read_optimal_tour_beside(const std::filesystem::path& instance_file, std::size_t dimension);

} // namespace tsp_islands
