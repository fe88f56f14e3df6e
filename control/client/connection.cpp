#include "control/client/connection.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <memory>

namespace lockstep {

namespace {

/// An answer longer than this is not for a terminal.
constexpr std::size_t line_bytes_max = std::size_t{256} << 20U;

/// An interrupt is noticed at least so soon, wherever it arrives.
constexpr std::chrono::milliseconds glance{100};

volatile std::sig_atomic_t interrupts = 0;

void on_interrupt(int number) {
  interrupts = interrupts + 1;
  if (interrupts > 1) {
    ::signal(number, SIG_DFL);
    ::raise(number);
  }
}

unique_descriptor connect_to(const address& where) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  const auto port = std::to_string(where.port);
  if (const int why = ::getaddrinfo(where.host.c_str(), port.c_str(), &hints, &list); why != 0)
    throw cannot_connect(where.host + ": " + ::gai_strerror(why));
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owned{list, ::freeaddrinfo};
  for (const auto* one = list; one != nullptr; one = one->ai_next) {
    unique_descriptor socket{
        ::socket(one->ai_family, one->ai_socktype | SOCK_CLOEXEC, one->ai_protocol)};
    if (socket && ::connect(socket.get(), one->ai_addr, one->ai_addrlen) == 0) {
      const int on = 1;
      ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      return socket;
    }
  }
  throw cannot_connect(to_string(where) + ": " + std::strerror(errno));
}

int patience_ms(const std::optional<std::chrono::steady_clock::time_point>& deadline) {
  auto patience = glance;
  if (deadline) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(*deadline - std::chrono::steady_clock::now());
    patience = std::clamp(left, std::chrono::milliseconds{0}, glance);
  }
  return static_cast<int>(patience.count());
}

} // namespace

void notice_interrupts() {
  struct sigaction action {};
  action.sa_handler = on_interrupt;
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
}

bool was_interrupted() {
  return interrupts != 0;
}

connection::connection(const address& where) : socket_(connect_to(where)) {}

json connection::call(const std::string& method, json params,
                      std::optional<std::chrono::milliseconds> limit) {
  const auto begin = std::chrono::steady_clock::now();
  const auto deadline = limit ? std::optional{begin + *limit} : std::nullopt;
  const auto id = ++last_id_;
  send(json{{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", std::move(params)}}.dump(
           -1, ' ', false, json::error_handler_t::replace) +
       '\n');
  for (;;) {
    auto line = next_line(deadline);
    if (deadline && std::chrono::steady_clock::now() >= *deadline && !line)
      throw no_answer("the head has not answered " + method + " for " +
                      std::to_string(limit->count() / 1'000) + " s");
    if (!line || take_notification(*line))
      continue;
    if (line->contains("error") && (line->value("id", json()) == id || line->at("id").is_null())) {
      const auto& error = line->at("error");
      const auto data = error.value("data", json::object());
      throw call_failed(error.at("code"), error.at("message"),
                        data.is_object() ? data.value("hint", "") : "");
    }
    if (line->value("id", json()) == id)
      return std::move(line->at("result"));
  }
}

std::optional<json> connection::next_event(std::chrono::milliseconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (events_.empty()) {
    auto line = next_line(deadline);
    if (!line)
      return std::nullopt;
    take_notification(*line);
  }
  auto first = std::move(events_.front());
  events_.pop_front();
  return first;
}

bool connection::take_notification(json& line) {
  const auto method = line.value("method", "");
  if (method == "dropped")
    throw connection_lost("the head dropped this client: " +
                          line.at("params").value("why", "it read too slowly"));
  if (method != "event")
    return false;
  events_.push_back(std::move(line.at("params")));
  return true;
}

std::optional<json>
connection::next_line(std::optional<std::chrono::steady_clock::time_point> deadline) {
  for (;;) {
    if (const auto end = received_.find('\n', searched_); end != std::string::npos) {
      auto line = json::parse(received_.begin(),
                              received_.begin() + static_cast<std::ptrdiff_t>(end), nullptr, false);
      received_.erase(0, end + 1);
      searched_ = 0;
      if (line.is_discarded() || !line.is_object())
        throw connection_lost("whoever answers there does not speak JSON-RPC");
      return line;
    }
    searched_ = received_.size();
    if (searched_ > line_bytes_max)
      throw connection_lost("the head sent a line without end");
    pollfd wait{socket_.get(), POLLIN, 0};
    if (::poll(&wait, 1, patience_ms(deadline)) > 0) {
      if (!receive())
        throw connection_lost("the head closed the connection");
      continue;
    }
    if (deadline && (was_interrupted() || std::chrono::steady_clock::now() >= *deadline))
      return std::nullopt;
  }
}

void connection::send(const std::string& line) {
  for (std::size_t sent = 0; sent < line.size();) {
    const auto size = ::send(socket_.get(), line.data() + sent, line.size() - sent, MSG_NOSIGNAL);
    if (size < 0 && errno != EINTR)
      throw connection_lost(std::string{"the head is gone: "} + std::strerror(errno));
    sent += size > 0 ? static_cast<std::size_t>(size) : 0;
  }
}

bool connection::receive() {
  std::array<char, 1U << 16U> bytes{};
  const auto size = ::recv(socket_.get(), bytes.data(), bytes.size(), 0);
  if (size > 0)
    received_.append(bytes.data(), static_cast<std::size_t>(size));
  return size > 0 || (size < 0 && errno == EINTR);
}

} // namespace lockstep
