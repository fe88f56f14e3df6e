#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace lockstep {

/// Immutable bytes that many holders share: a step's argument, an answer, a snapshot.
/// Copying a blob copies a pointer. The bytes live as long as their last holder, wherever they are
/// stored: `owner` may be a vector, a mapping, or anything else that keeps them in place.
/// Safe to read from several threads at once.
class blob {
public:
  blob() = default;

  /// Takes the bytes over without a copy.
  explicit blob(std::vector<std::byte> bytes) {
    auto held = std::make_shared<const std::vector<std::byte>>(std::move(bytes));
    view_ = *held;
    owner_ = std::move(held);
  }

  /// Shares bytes that `owner` keeps alive and unchanged.
  blob(std::shared_ptr<const void> owner, std::span<const std::byte> view)
      : owner_(std::move(owner)), view_(view) {}

  [[nodiscard]] std::span<const std::byte> bytes() const { return view_; }
  [[nodiscard]] std::size_t size() const { return view_.size(); }
  [[nodiscard]] bool empty() const { return view_.empty(); }

private:
  std::shared_ptr<const void> owner_;
  std::span<const std::byte> view_;
};

} // namespace lockstep
