// SPDX-License-Identifier: BSD-3-Clause

#include "actors/worker/task_wait.hpp"

#include <thread>

namespace lockstep {

bool task_wait::next_comes(const progress_cell& cell) {
  const auto until = std::chrono::steady_clock::now() + limit;
  do {
    if (cell.handed() != cell.finished())
      return true;
    std::this_thread::yield();
  } while (std::chrono::steady_clock::now() < until);
  return false;
}

} // namespace lockstep
