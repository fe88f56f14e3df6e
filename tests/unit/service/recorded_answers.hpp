// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/service/calls/answer_sink.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lockstep {

/// What became of the calls of clients, by their tokens, and the lines that belong to no call.
struct recorded_answers final : answer_sink {
  struct line {
    std::uint64_t connection = 0;
    std::string text;
  };

  void answer(std::uint64_t, std::uint64_t token, std::string_view result) override {
    answered[token] = result;
  }
  void fail(std::uint64_t, std::uint64_t token, rpc_error error) override {
    failed[token] = std::move(error);
  }
  void notify(std::uint64_t connection, std::string text) override {
    lines.push_back({connection, std::move(text)});
  }
  bool is_open(std::uint64_t connection) override { return !closed.contains(connection); }

  std::map<std::uint64_t, std::string> answered;
  std::map<std::uint64_t, rpc_error> failed;
  std::vector<line> lines;
  std::set<std::uint64_t> closed; ///< connections that are gone
};

} // namespace lockstep
