#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <vector>

// The yardstick of bench/run: a fan-out and join over TCP on loopback, written by hand.
//
//     tcp_fan_out N STEPS direct    head ─► N workers
//     tcp_fan_out N STEPS relayed   head ─► relay ─► N workers, the shape of Lockstep's step
//
// A request and an answer are 64 bytes each. Workers block in read; head and relay wait in epoll, as a
// program must that has more than one peer. Prints JSON.

namespace {

constexpr std::size_t message_bytes = 64;
using message = std::array<char, message_bytes>;

[[noreturn]] void give_up(const char* what) {
  std::perror(what);
  std::exit(1);
}

bool read_all(int socket, message& into) {
  for (std::size_t got = 0; got < into.size();) {
    const auto size = ::read(socket, into.data() + got, into.size() - got);
    if (size <= 0)
      return false;
    got += static_cast<std::size_t>(size);
  }
  return true;
}

void write_all(int socket, const message& from) {
  if (::write(socket, from.data(), from.size()) != static_cast<ssize_t>(from.size()))
    give_up("write");
}

/// Both ends of a TCP connection on loopback.
std::array<int, 2> make_connection() {
  const int door = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in place{};
  place.sin_family = AF_INET;
  place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof place;
  auto* address = reinterpret_cast<sockaddr*>(&place);
  if (::bind(door, address, size) != 0 || ::listen(door, 1) != 0 ||
      ::getsockname(door, address, &size) != 0)
    give_up("listen");
  const int one = ::socket(AF_INET, SOCK_STREAM, 0);
  if (::connect(one, address, size) != 0)
    give_up("connect");
  const int other = ::accept(door, nullptr, nullptr);
  ::close(door);
  const int on = 1;
  for (const int end : {one, other})
    ::setsockopt(end, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return {one, other};
}

/// Runs `serve` in a process that ends with this one; gives the socket to it.
template <class Serve>
int start_process(Serve serve) {
  const auto ends = make_connection();
  if (::fork() == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::close(ends[0]);
    serve(ends[1]);
    std::_Exit(0);
  }
  ::close(ends[1]);
  return ends[0];
}

class fan_out {
public:
  explicit fan_out(int count) : poll_(::epoll_create1(0)) {
    const int cores = static_cast<int>(::sysconf(_SC_NPROCESSORS_ONLN));
    for (int i = 0; i < count; ++i) {
      const int socket = start_process([i, cores](int parent) {
        cpu_set_t core;
        CPU_ZERO(&core);
        CPU_SET(static_cast<std::size_t>(i % cores), &core);
        ::sched_setaffinity(0, sizeof core, &core);
        for (message request; read_all(parent, request);)
          write_all(parent, request);
      });
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.fd = socket;
      ::epoll_ctl(poll_, EPOLL_CTL_ADD, socket, &event);
      sockets_.push_back(socket);
    }
  }

  void step(message& request) {
    for (const int socket : sockets_)
      write_all(socket, request);
    std::array<epoll_event, 64> events{};
    for (std::size_t missing = sockets_.size(); missing != 0;) {
      const int ready = ::epoll_wait(poll_, events.data(), events.size(), -1);
      for (int i = 0; i < ready; ++i, --missing)
        if (!read_all(events[static_cast<std::size_t>(i)].data.fd, request))
          give_up("read");
    }
  }

private:
  int poll_;
  std::vector<int> sockets_;
};

} // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: tcp_fan_out N STEPS direct|relayed\n");
    return 2;
  }
  const int count = std::atoi(argv[1]);
  const int steps = std::atoi(argv[2]);
  const bool relayed = argv[3][0] == 'r';
  message request{};
  std::vector<double> times;
  const auto measure = [&](auto step) {
    for (int i = -100; i < steps; ++i) {
      const auto begun = std::chrono::steady_clock::now();
      step();
      const std::chrono::duration<double, std::micro> took =
          std::chrono::steady_clock::now() - begun;
      if (i >= 0)
        times.push_back(took.count());
    }
  };
  if (relayed) {
    const int relay = start_process([count](int parent) {
      fan_out workers{count};
      for (message passed; read_all(parent, passed);) {
        workers.step(passed);
        write_all(parent, passed);
      }
    });
    measure([&] {
      write_all(relay, request);
      read_all(relay, request);
    });
  } else {
    fan_out workers{count};
    measure([&] { workers.step(request); });
  }
  std::sort(times.begin(), times.end());
  std::printf("{\"median_us\": %.1f, \"p99_us\": %.1f}\n", times[times.size() / 2],
              times[times.size() * 99 / 100]);
}
