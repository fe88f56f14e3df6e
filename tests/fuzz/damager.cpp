// SPDX-License-Identifier: BSD-3-Clause

#include "tests/fuzz/damager.hpp"

#include <cstdlib>
#include <utility>

namespace lockstep::fuzz {

std::uint64_t from_environment(const char* name, std::uint64_t fallback) {
  const char* text = std::getenv(name);
  return text == nullptr ? fallback : std::strtoull(text, nullptr, 10);
}

std::size_t damager::below(std::size_t bound) {
  return std::uniform_int_distribution<std::size_t>{0, bound - 1}(random_);
}

std::string damager::damage(std::string bytes) {
  for (auto left = 1 + below(4); left > 0 && !bytes.empty(); --left)
    accident(bytes);
  return bytes;
}

char damager::any_byte() {
  return static_cast<char>(static_cast<unsigned char>(below(256)));
}

void damager::accident(std::string& bytes) {
  const auto at = below(bytes.size());
  switch (below(6)) {
  case 0:
    bytes[at] = any_byte();
    break;
  case 1:
    bytes[at] = static_cast<char>(bytes[at] ^ static_cast<char>(1U << below(7)));
    break;
  case 2:
    bytes.resize(at);
    break;
  case 3:
    bytes.insert(at, bytes.substr(below(bytes.size())));
    break;
  case 4:
    bytes.erase(at, 1 + below(16));
    break;
  default:
    bytes.insert(at, std::string(1 + below(300), any_byte()));
  }
}

} // namespace lockstep::fuzz
