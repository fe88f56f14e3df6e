// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "examples/tsp_islands/tsplib/tsplib.hpp"

#include <sstream>
#include <string>
#include <vector>

namespace tsp_islands {

/// The instance that a text describes; errors name it "file.tsp".
inline instance instance_of(const std::string& text) {
  std::istringstream source{text};
  return read_instance(source, "file.tsp");
}

/// The tour that a text describes; errors name it "file.tour".
inline std::vector<city> tour_of(const std::string& text, std::size_t dimension) {
  std::istringstream source{text};
  return read_tour(source, "file.tour", dimension);
}

/// Coordinates as a file with the given EDGE_WEIGHT_TYPE.
inline std::string with_coordinates(const std::string& weight_type, const std::string& rows,
                                    std::size_t dimension) {
  return "NAME : made\nTYPE : TSP\nDIMENSION : " + std::to_string(dimension) +
         "\nEDGE_WEIGHT_TYPE : " + weight_type + "\nNODE_COORD_SECTION\n" + rows + "EOF\n";
}

/// A matrix as a file with the given EDGE_WEIGHT_FORMAT.
inline std::string with_matrix(const std::string& format, const std::string& rows,
                               std::size_t dimension) {
  return "NAME: made\nTYPE: TSP\nDIMENSION: " + std::to_string(dimension) +
         "\nEDGE_WEIGHT_TYPE: EXPLICIT\nEDGE_WEIGHT_FORMAT: " + format + "\nEDGE_WEIGHT_SECTION\n" +
         rows + "EOF\n";
}

} // namespace tsp_islands
