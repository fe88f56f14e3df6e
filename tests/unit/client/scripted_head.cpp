// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/client/scripted_head.hpp"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <utility>

namespace lockstep::test {

namespace {

/// Whether there is something to read; false once the test is over.
bool readable(int descriptor, int stop) {
  std::array<pollfd, 2> wait{{{descriptor, POLLIN, 0}, {stop, POLLIN, 0}}};
  return ::poll(wait.data(), wait.size(), -1) > 0 && wait[1].revents == 0;
}

} // namespace

void exchange::line(const std::string& text) {
  const auto whole = text + '\n';
  for (std::size_t sent = 0; sent < whole.size();) {
    const auto size = ::send(connection_, whole.data() + sent, whole.size() - sent, MSG_NOSIGNAL);
    if (size <= 0)
      return;
    sent += static_cast<std::size_t>(size);
  }
}

void exchange::answer(const json& result) {
  line(json{{"jsonrpc", "2.0"}, {"id", request_.at("id")}, {"result", result}}.dump());
}

void exchange::fail(int code, const std::string& message, const std::string& hint) {
  json error{{"code", code}, {"message", message}};
  if (!hint.empty())
    error["data"] = {{"hint", hint}};
  line(json{{"jsonrpc", "2.0"}, {"id", request_.at("id")}, {"error", error}}.dump());
}

void exchange::event(json members) {
  members["subscription"] = 1;
  line(json{{"jsonrpc", "2.0"}, {"method", "event"}, {"params", std::move(members)}}.dump());
}

void exchange::hang_up() {
  ::shutdown(connection_, SHUT_RDWR);
}

scripted_head::scripted_head() {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in any{};
  any.sin_family = AF_INET;
  any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof any;
  auto* plain = reinterpret_cast<sockaddr*>(&any); // the sockets interface asks for it
  std::array<int, 2> stop{};
  if (::bind(listener_, plain, size) != 0 || ::listen(listener_, 8) != 0 ||
      ::getsockname(listener_, plain, &size) != 0 || ::pipe(stop.data()) != 0)
    throw std::runtime_error("a test needs a loopback port and a pipe");
  stop_read_ = stop[0];
  stop_write_ = stop[1];
  where_ = {"127.0.0.1", ntohs(any.sin_port)};
}

scripted_head::~scripted_head() {
  ::close(stop_write_); // what the thread waits for
  if (thread_.joinable())
    thread_.join();
  ::close(stop_read_);
  ::close(listener_);
}

void scripted_head::on(const std::string& method, json result) {
  on(method, [result = std::move(result)](exchange& call) { call.answer(result); });
}

void scripted_head::start() {
  thread_ = std::thread([this] { serve(); });
}

std::vector<std::string> scripted_head::methods() const {
  const std::lock_guard lock(guard_);
  std::vector<std::string> names;
  for (const auto& request : requests_)
    names.push_back(request.at("method"));
  return names;
}

json scripted_head::params_of(const std::string& method) const {
  const std::lock_guard lock(guard_);
  for (auto request = requests_.rbegin(); request != requests_.rend(); ++request)
    if (request->at("method") == method)
      return request->at("params");
  return nullptr;
}

void scripted_head::serve() {
  while (readable(listener_, stop_read_)) {
    const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    serve_client(connection);
    ::close(connection);
  }
}

void scripted_head::serve_client(int connection) {
  std::string received;
  std::array<char, 4096> bytes{};
  while (readable(connection, stop_read_)) {
    const auto size = ::recv(connection, bytes.data(), bytes.size(), 0);
    if (size <= 0)
      return;
    received.append(bytes.data(), static_cast<std::size_t>(size));
    for (auto end = received.find('\n'); end != std::string::npos; end = received.find('\n')) {
      take(connection, received.substr(0, end));
      received.erase(0, end + 1);
    }
  }
}

void scripted_head::take(int connection, const std::string& line) {
  auto request = json::parse(line);
  {
    const std::lock_guard lock(guard_);
    requests_.push_back(request);
  }
  const auto found = handlers_.find(request.at("method").get<std::string>());
  exchange call(connection, std::move(request));
  if (found == handlers_.end())
    call.fail(-32601, "There is no such method in this test.");
  else
    found->second(call);
}

} // namespace lockstep::test
