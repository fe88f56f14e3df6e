// SPDX-License-Identifier: BSD-3-Clause

#include "actors/rules/payload/packing.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace lockstep {

namespace {

blob of_bytes(std::size_t size, unsigned value) {
  return blob{std::vector<std::byte>(size, std::byte(value))};
}

std::vector<std::byte> content(const blob& of) {
  std::vector<std::byte> bytes(of.size());
  of.read(0, bytes.data(), bytes.size());
  return bytes;
}

std::vector<blob> apart_of(const std::vector<blob>& all) {
  std::vector<blob> apart;
  std::ranges::copy_if(all, std::back_inserter(apart), stands_apart);
  return apart;
}

} // namespace

TEST(packing, what_was_packed_comes_out_in_its_order_with_large_and_lost_ones_between) {
  const std::vector<blob> all{of_bytes(3, 1), of_bytes(blob::shared_from, 2),
                              blob{},         blob::lost(7, "gone"),
                              of_bytes(5, 3), of_bytes(blob::shared_from - 1, 4)};
  const auto out = unpack(pack(all), apart_of(all));
  ASSERT_TRUE(out);
  ASSERT_EQ(out->size(), all.size());
  for (const std::size_t i : {0U, 1U, 2U, 4U, 5U})
    EXPECT_EQ(content((*out)[i]), content(all[i])) << i;
  EXPECT_EQ(*(*out)[3].why_lost(), "gone");
}

TEST(packing, nothing_and_a_hundred_thousand_items_can_be_packed) {
  EXPECT_EQ(unpack(pack({}), {})->size(), 0U);
  std::vector<blob> many;
  for (unsigned i = 0; i < 100'000; ++i)
    many.push_back(of_bytes(i % 40, i % 251));
  const auto out = unpack(pack(many), {});
  ASSERT_TRUE(out && out->size() == many.size());
  for (std::size_t i = 0; i < many.size(); ++i)
    ASSERT_EQ(content((*out)[i]), content(many[i]));
}

TEST(packing, bytes_that_are_no_pack_are_refused) {
  const std::vector<blob> all{of_bytes(3, 1), of_bytes(blob::shared_from, 2)};
  const auto good = content(pack(all));
  EXPECT_FALSE(unpack(pack(all), {}));                         // one too few apart
  EXPECT_FALSE(unpack(pack(all), {apart_of(all)[0], blob{}})); // one too many
  EXPECT_FALSE(unpack(blob{}, {}));
  for (std::size_t cut = 0; cut < good.size(); ++cut)
    EXPECT_FALSE(
        unpack(blob{std::vector(good.begin(), good.begin() + std::ptrdiff_t(cut))}, apart_of(all)));
  std::mt19937 random{7};           // NOLINT: the same bytes each time
  for (int i = 0; i < 2'000; ++i) { // any bytes: no crash, no memory without bounds
    auto bad = good;
    bad[random() % bad.size()] = std::byte(random());
    bad[random() % bad.size()] = std::byte(random());
    const auto out = unpack(blob{std::move(bad)}, apart_of(all));
    EXPECT_LE(out ? out->size() : 0, good.size());
  }
}

} // namespace lockstep
