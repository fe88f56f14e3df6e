// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "platform/process/termination.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace lockstep {

/// Tells systemd how this service gets on (sd_notify's protocol: Type=notify, WatchdogSec). Where
/// no service manager asked for it, every call does nothing. Nothing fails: a manager that does not
/// listen is not our trouble, and holds a call up for a second at most. Any thread.
class service_notice {
public:
  /// Says nothing to nobody.
  service_notice() = default;

  /// Takes what the service manager left in the environment, and takes it out of there: no child
  /// may speak for us. To be called in main before there are threads.
  static service_notice from_environment();

  /// Puts it back there: for a program that executes itself anew.
  void to_environment() const;

  /// We serve; `status` is what `systemctl status` shows.
  void ready(std::string_view status) const;
  void status(std::string_view text) const;

  /// Certificates and the like are being read anew; ready() ends it.
  void reloading() const;
  void stopping() const;

  /// We are alive. To be said every watchdog_interval().
  void alive() const;

  /// Half of the time after which the manager kills us; none if it does not watch.
  [[nodiscard]] std::optional<std::chrono::milliseconds> watchdog_interval() const {
    return interval_;
  }

private:
  void tell(const std::string& text) const;

  std::string socket_;   ///< path, or '@' and an abstract name; empty for none
  std::string limit_us_; ///< as the manager wrote it
  std::optional<std::chrono::milliseconds> interval_;
};

/// While `end` is waited for, says that this program is alive, as often as the service manager
/// wants it: each time that `answers` is true, which asks those who do the work, and gives up after
/// the limit that it is given. A program whose main thread lives while the rest hangs is not alive.
/// Nothing where no manager watches; takes the place of the call before. All must outlive `end`.
void feed_watchdog(termination& end, const service_notice& notice,
                   std::function<bool(std::chrono::milliseconds)> answers);

} // namespace lockstep
