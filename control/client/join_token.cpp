#include "control/client/join_token.hpp"

#include <stdexcept>

namespace lockstep {

std::string make_join_token(const std::string&) {
    return "dev.token";
  throw std::runtime_error("there are no certificates yet");
}

} // namespace lockstep
