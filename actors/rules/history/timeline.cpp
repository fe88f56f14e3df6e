// SPDX-License-Identifier: BSD-3-Clause

#include "actors/rules/history/timeline.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace lockstep {

namespace {

/// A range of less seconds than clocks can tell is none.
constexpr double shortest = 1e-9;

/// For doubles that are sums of many.
double share_of(double seconds, double of) {
  return std::clamp(seconds / of, 0.0, 1.0);
}

} // namespace

timeline::timeline(double from, double to, std::size_t columns, const std::vector<share>& rows)
    : from_(from), to_(to), columns_(to - from > shortest ? columns : 0),
      width_(columns_ > 0 ? (to - from) / static_cast<double>(columns_) : 0), parts_(rows),
      in_steps_(columns_), transfer_(columns_), reduce_(columns_),
      computed_(rows.size(), std::vector<double>(columns_)) {
  for (const auto& its : rows)
    solvers_ += its.count;
}

void timeline::add_time(std::vector<double>& to, span_of_time when, double weight) const {
  when.from = std::max(when.from, from_);
  when.to = std::min(when.to, to_);
  if (columns_ == 0 || !(when.from < when.to))
    return;
  auto column = std::min(static_cast<std::size_t>((when.from - from_) / width_), columns_ - 1);
  for (auto begin = when.from; begin < when.to; ++column) {
    // The last takes what rounding leaves.
    const auto end = column + 1 < columns_ ? std::min(left_of(column + 1), when.to) : when.to;
    if (end > begin) {
      to[column] += weight * (end - begin);
      begin = end;
    }
  }
}

void timeline::add(const timed_step& step) {
  const auto end = step.began + step.seconds;
  if (end <= from_ || step.began >= to_)
    return;
  add_time(in_steps_, {step.began, end}, 1);
  const auto slowest = std::clamp(step.slowest, 0.0, step.seconds);
  const auto combining = end - std::clamp(step.reduce_seconds, 0.0, step.seconds - slowest);
  add_time(transfer_, {step.began + slowest, combining}, 1);
  add_time(reduce_, {combining, end}, 1);
  const bool are_known = step.solver_seconds.size() == solvers_;
  for (std::size_t row = 0; row < parts_.size(); ++row) {
    const auto compute = [&](double seconds, double solvers) {
      add_time(computed_[row], {step.began, step.began + std::clamp(seconds, 0.0, step.seconds)},
               solvers);
    };
    const auto& its = parts_[row];
    if (!are_known)
      compute(step.mean, static_cast<double>(its.count));
    else
      for (const auto seconds : step.solver_seconds.subspan(its.first, its.count))
        compute(seconds, 1);
  }
}

timeline_shares timeline::take() && {
  timeline_shares shares{in_steps_, std::move(transfer_), std::move(reduce_), {}};
  for (std::size_t i = 0; i < columns_; ++i) {
    const auto in_steps = share_of(in_steps_[i], width_);
    shares.between[i] = 1 - in_steps;
    shares.transfer[i] = std::min(share_of(shares.transfer[i], width_), in_steps);
    shares.reduce[i] = std::min(share_of(shares.reduce[i], width_), in_steps - shares.transfer[i]);
  }
  for (std::size_t row = 0; row < parts_.size(); ++row) {
    auto& its = shares.rows.emplace_back();
    its.computed = std::move(computed_[row]);
    its.waited.resize(columns_);
    const auto whole = width_ * static_cast<double>(parts_[row].count);
    for (std::size_t i = 0; i < columns_; ++i) {
      const auto in_steps = 1 - shares.between[i];
      its.computed[i] = std::min(share_of(its.computed[i], whole), in_steps);
      its.waited[i] = in_steps - its.computed[i];
    }
  }
  return shares;
}

std::vector<share> rows_of_solvers(std::size_t solvers, std::size_t rows_max) {
  std::vector<share> alone(solvers);
  for (std::size_t i = 0; i < solvers; ++i)
    alone[i] = {i, 1};
  return rows_of_nodes(alone, rows_max);
}

std::vector<share> rows_of_nodes(const std::vector<share>& nodes, std::size_t rows_max) {
  const auto count = std::min(nodes.size(), rows_max);
  std::vector<share> rows;
  rows.reserve(count);
  std::size_t begin = 0;
  for (std::size_t row = 0; row < count; ++row) {
    const auto end = nodes.size() * (row + 1) / count;
    const auto& first = nodes[begin];
    const auto& last = nodes[end - 1];
    rows.push_back({first.first, last.first + last.count - first.first});
    begin = end;
  }
  return rows;
}

} // namespace lockstep
