// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "examples/tsp_islands/tour_search.hpp"
#include "examples/tsp_islands/tsplib/tsplib.hpp"

#include <lockstep/model.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tsp_islands {

/// A closed tour and its length.
struct tour {
  std::int64_t length = 0;
  std::vector<city> order; ///< counts from 0; empty where there is none yet

  template <class Archive>
  void serialize(Archive& archive) {
    archive(length, order);
  }
};

/// How much of a step's work is to be done: so many kicks, or (0) as many as fit into the time.
struct effort {
  std::uint64_t kicks = 0;
  double seconds = 0; ///< 0 for no limit

  template <class Archive>
  void serialize(Archive& archive) {
    archive(kicks, seconds);
  }
};

/// What is known of an instance before it is solved.
struct facts {
  std::string name;
  std::uint64_t cities = 0;
  std::int64_t optimum = 0; ///< 0 where no optimal tour lies beside the file

  template <class Archive>
  void serialize(Archive& archive) {
    archive(name, cities, optimum);
  }
};

/// One solver: improves tours of its own, and takes over the best of all islands at each barrier.
class island {
public:
  explicit island(const lockstep::seat& seat);

  facts look();

  /// Goes on from `best` if that is shorter than its own tour. The answer is its own tour then.
  tour improve(const tour& best, const effort& wanted, lockstep::step_context& step);

  /// The same work wherever and whenever it is done: for measuring. Kicks from `from`; answers how
  /// many improving moves that made.
  std::uint64_t practise(const tour& from, std::uint64_t kicks, std::uint64_t seed,
                         lockstep::step_context& step);

  /// As many of these as a list names, one after another.
  std::uint64_t practise_all(const tour& from, std::uint64_t kicks,
                             const std::vector<std::uint64_t>& seeds, lockstep::step_context& step);

  /// A length that no tour is below.
  std::int64_t lower_bound(const tour& best, lockstep::step_context& step);

  template <class Archive>
  void save(Archive& archive) const {
    archive(own_, random_);
  }
  template <class Archive>
  void load(Archive& archive) {
    archive(own_, random_);
  }

private:
  std::filesystem::path file_;
  instance problem_;
  distance lengths_;
  neighbour_lists near_;
  tour_search search_;
  random_source random_;
  tour own_;
};

} // namespace tsp_islands
