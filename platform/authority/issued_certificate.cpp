// SPDX-License-Identifier: BSD-3-Clause

#include "platform/authority/issued_certificate.hpp"

namespace lockstep {

bool is_due_for_renewal(const certificate_facts& facts, std::chrono::system_clock::time_point now) {
  return facts.not_after - now < (facts.not_after - facts.not_before) / 3;
}

} // namespace lockstep
