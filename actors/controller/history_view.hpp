#pragma once

#include "actors/controller/run_record.hpp"
#include "actors/wire/history_query.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace lockstep {

/// What a question about the history found. It is taken in no time on the thread that carries
/// steps, and may be read on any other: what is large in it is shared and never changes.
struct history_view {
  history_query asked;
  std::vector<std::shared_ptr<const run_summary>> runs; ///< where one is asked about, just that
  shared_list<step_record>::view steps;
  shared_list<std::vector<double>>::view solver_seconds;
  shared_list<json_text>::view reports;
  json queue; ///< of one run: its place in the queue, else null
};

/// The JSON text of a view, as in docs/json-api.md. A list ends where it would have more than
/// `bytes_max`, but not before its first member. Takes time with the size of the view: not for a
/// thread that answers.
std::string to_text(const history_view& found, std::size_t bytes_max);

/// Whether its text is so short that making it takes next to no time.
bool is_small(const history_view& found);

} // namespace lockstep
