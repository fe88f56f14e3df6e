// SPDX-License-Identifier: BSD-3-Clause

#include "actors/rules/payload/credit.hpp"

#include <algorithm>

namespace lockstep {

std::size_t credit::piece() const {
  return std::clamp(window_ / 8, piece_min, piece_max);
}

std::size_t credit::burst() const {
  if (!least_)
    return window_at_first;
  const auto share = std::chrono::duration<double>(queue_wanted) / (*least_ + queue_wanted);
  return std::max(window_at_first, static_cast<std::size_t>(static_cast<double>(window_) * share));
}

std::optional<std::size_t> credit::next_piece(time_point now) {
  if (under_way_ == 0) {
    if (least_ && now - last_activity_ > pause)
      window_ = std::min(window_, window_at_first);
    at_once_ = burst();
    return probing_ ? piece_min : piece();
  }
  if (least_ && now - least_seen_ > least_lasts)
    probing_ = true;
  const auto next = std::min(piece(), at_once_);
  if (probing_ || next < piece_min || under_way_ + next > window_)
    return std::nullopt;
  return next;
}

credit::ticket credit::send(std::size_t bytes, time_point now) {
  const ticket sent{now, bytes, under_way_ + bytes + piece() > window_, under_way_ == 0};
  under_way_ += bytes;
  at_once_ -= std::min(at_once_, bytes);
  last_activity_ = now;
  return sent;
}

void credit::acknowledged(const ticket& piece, time_point now) {
  under_way_ -= piece.bytes;
  last_activity_ = now;
  at_once_ = 2 * std::max(piece.bytes, piece_min);
  const auto took = now - piece.sent;
  measure(piece, took, now);
  const auto excess = took - *least_;
  if (excess > queue_max) {
    if (piece.sent < last_cut_)
      return;
    window_ = std::max(window_ / 2, window_min);
    slow_from_ = window_;
    last_cut_ = now;
  } else if (excess < queue_wanted && piece.filled) {
    grow(piece, excess);
  }
}

void credit::measure(const ticket& piece, clock::duration took, time_point now) {
  if (probing_ && piece.alone) {
    probing_ = false;
    least_.reset();
  }
  constexpr std::chrono::milliseconds nearly{2};
  if (!least_ || took <= *least_ + nearly)
    least_seen_ = now;
  least_ = least_ ? std::min(*least_, took) : took;
}

void credit::grow(const ticket& acknowledged, clock::duration excess) {
  auto by = static_cast<double>(acknowledged.bytes) / 2 *
            (1 - std::chrono::duration<double>(excess) / queue_wanted);
  if (window_ >= slow_from_)
    by *= static_cast<double>(piece()) / static_cast<double>(window_);
  window_ = std::min(window_ + static_cast<std::size_t>(by), window_max);
}

} // namespace lockstep
