#pragma once

#include "actors/process/address.hpp"

#include "actors/process/child_process.hpp"

#include <string>
#include <vector>

namespace lockstep {

/// A head that `control run` starts for itself, and that ends with it in
/// whatever way it ends.
class head_process {
public:
  /// Starts `control serve` from this program's own file and waits until it
  /// listens. The address is `wanted`, or one with another port where that is
  /// taken. Throws std::runtime_error.
  head_process(const address& wanted, const std::vector<std::string>& node_arguments);

  /// Waits for its end after system.terminate, and kills it if that takes too
  /// long.
  ~head_process();
  head_process(const head_process&) = delete;
  head_process& operator=(const head_process&) = delete;

  [[nodiscard]] const address& where() const { return where_; }

private:
  bool start(const address& wanted, const std::vector<std::string>& node_arguments);

  address where_;
  child_process child_;
};

} // namespace lockstep
