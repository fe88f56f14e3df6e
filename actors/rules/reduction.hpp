// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <lockstep/blob.hpp>
#include <lockstep/error.hpp>
#include <lockstep/solver.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

/// A reduce combines the answers of N solvers in a tree whose shape depends on N alone (see
/// lockstep::reduce_in_order). A group of solvers that sits on one node covers some whole subtrees
/// of it: the node combines those, and whoever gets the pieces of all nodes combines the rest in
/// the same tree. So the bits of the result do not depend on how solvers are spread over nodes.
namespace lockstep {

/// Solvers `first` … `first + count - 1`, all of one subtree.
struct subtree {
  std::size_t first = 0;
  std::size_t count = 0;
  friend bool operator==(const subtree&, const subtree&) = default;
};

/// The largest subtrees of the tree over `total` solvers that lie within the given group, in order.
std::vector<subtree> subtrees_within(subtree group, std::size_t total);

/// The same for any solvers, in order of their indices: of each stretch of neighbours its own.
std::vector<subtree> subtrees_of(std::span<const std::uint64_t> solvers, std::size_t total);

/// Into how many slices each of `pieces` reductions is cut, so that all solvers of a node take part
/// in them: more than one only where an answer is so large that it pays.
std::uint64_t slices_of(std::span<const blob> answers, std::size_t pieces, std::size_t solvers);

/// Combines two answers into one.
using combine_two = std::function<outcome(const blob& left, const blob& right)>;

/// Combines pieces, of which `pieces[i]` belongs to `places[i]`, to the one of all `total` solvers.
/// The places are those of subtrees_within for groups that together cover all solvers, in order.
outcome combine_pieces(std::span<const subtree> places, std::span<const blob> pieces,
                       std::size_t total, const combine_two& combine);

} // namespace lockstep
