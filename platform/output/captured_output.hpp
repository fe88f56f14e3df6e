// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace lockstep {

/// The newest bytes that a child printed, up to a limit. Thread-safe.
class captured_output {
public:
  explicit captured_output(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  void append(std::string_view text) {
    const std::lock_guard guard{mutex_};
    total_ += text.size();
    kept_ += text.size() > bytes_max_ ? text.substr(text.size() - bytes_max_) : text;
    // Cut only at twice the limit, so that each byte is moved once.
    if (kept_.size() > 2 * bytes_max_)
      kept_.erase(0, kept_.size() - bytes_max_);
  }

  /// At most `bytes` of the newest text, from the beginning of a line where there is one, and how
  /// many bytes there were before.
  [[nodiscard]] std::pair<std::string, std::uint64_t> tail(std::size_t bytes) const {
    const std::lock_guard guard{mutex_};
    auto from = kept_.size() > bytes ? kept_.size() - bytes : 0;
    if (from != 0 && kept_[from - 1] != '\n')
      if (const auto line_end = kept_.find('\n', from);
          line_end != std::string::npos && line_end + 1 < kept_.size())
        from = line_end + 1;
    auto text = kept_.substr(from);
    const auto before = total_ - text.size();
    return {std::move(text), before};
  }

  /// Bytes that are kept now.
  [[nodiscard]] std::size_t size() const {
    const std::lock_guard guard{mutex_};
    return kept_.size();
  }

private:
  std::size_t bytes_max_;
  mutable std::mutex mutex_;
  std::string kept_;
  std::uint64_t total_ = 0;
};

} // namespace lockstep
