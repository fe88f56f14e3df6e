// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "platform/network/address.hpp"

#include <lockstep/json.hpp>

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace lockstep::test {

/// What a scripted head does about one request. Its replies are lines on the client's connection.
class exchange {
public:
  exchange(int connection, json request) : connection_(connection), request_(std::move(request)) {}

  [[nodiscard]] json params() const { return request_.value("params", json::object()); }
  void answer(const json& result);
  void fail(int code, const std::string& message, const std::string& hint = "");
  void event(json members);           ///< an event notification of subscription 1
  void line(const std::string& text); ///< anything at all
  void hang_up();

private:
  int connection_;
  json request_;
};

/// A stand-in for a head, for unit tests of the client only: a real TCP server on a port of its
/// own, that answers by a script and knows nothing of runs. Speaks JSON-RPC lines, one client after
/// another. It listens from construction, but answers only after start(), so that a test can fork
/// in between.
class scripted_head {
public:
  using handler = std::function<void(exchange&)>;

  scripted_head();
  ~scripted_head();
  scripted_head(const scripted_head&) = delete;
  scripted_head& operator=(const scripted_head&) = delete;

  /// Before start(). Handlers run on the head's thread. Methods without one are not found.
  void on(const std::string& method, handler what) { handlers_[method] = std::move(what); }
  void on(const std::string& method, json result);
  void start();

  [[nodiscard]] const address& where() const { return where_; }

  /// The methods that were called so far, in order; and the params of the newest call of one of
  /// them.
  [[nodiscard]] std::vector<std::string> methods() const;
  [[nodiscard]] json params_of(const std::string& method) const;

private:
  void serve();
  void serve_client(int connection);
  void take(int connection, const std::string& line);

  int listener_ = -1;
  int stop_read_ = -1;
  int stop_write_ = -1;
  address where_;
  std::map<std::string, handler> handlers_;
  mutable std::mutex guard_;
  std::vector<json> requests_;
  std::thread thread_;
};

} // namespace lockstep::test
