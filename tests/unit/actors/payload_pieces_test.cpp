// SPDX-License-Identifier: BSD-3-Clause

#include "actors/payload/payload_receiver.hpp"
#include "actors/payload/payload_sender.hpp"
#include "actors/wire/limits.hpp"

#include <lockstep/codec.hpp>

#include <gtest/gtest.h>

#include <deque>
#include <numeric>

namespace lockstep {

namespace {

constexpr run_id this_run{7};

blob numbers(std::size_t count, std::uint64_t first) {
  std::vector<std::uint64_t> values(count);
  std::iota(values.begin(), values.end(), first);
  return encode(SIZE_MAX, values);
}

std::vector<std::uint64_t> numbers_in(const blob& source) {
  std::vector<std::uint64_t> values;
  decode(source, values);
  return values;
}

/// A sender and a receiver with a wire between them that carries a piece when the test says so.
class wired {
public:
  std::shared_ptr<payload_sender> sender = std::make_shared<payload_sender>(
      [this](payload_piece piece, payload_sender::settle_piece settle) {
        bytes_posted += piece.bytes.size();
        wire.emplace_back(std::move(piece), std::move(settle));
        most_under_way = std::max(most_under_way, wire.size());
      },
      [this] { return now; });
  payload_receiver receiver;
  payload_receiver::allowance most{std::uint64_t{1} << 30U};
  std::deque<std::pair<payload_piece, payload_sender::settle_piece>> wire;
  std::size_t most_under_way = 0;
  std::size_t bytes_posted = 0;
  credit::time_point now{std::chrono::seconds{1}};

  bool carry_one() {
    if (wire.empty())
      return false;
    auto [piece, settle] = std::move(wire.front());
    wire.pop_front();
    now += std::chrono::microseconds{100};
    settle(receiver.take(piece, most));
    return true;
  }
  void carry_all() {
    while (carry_one())
      ;
  }
};

/// What became of a message.
struct outcome_of_sending {
  bool called = false;
  std::optional<std::string> trouble;
  payload_sender::continuation note() {
    return [this](const tl::expected<void, std::string>& how) {
      called = true;
      if (!how)
        trouble = how.error();
    };
  }
};

} // namespace

TEST(payload_pieces, large_payloads_arrive_bit_by_bit_equal_and_in_their_places) {
  wired link;
  const std::vector<blob> sent{numbers(1, 5), numbers(3'000'000, 1),
                               blob::joined({numbers(20'000, 3), numbers(9, 4)}), numbers(2, 8)};
  auto message = sent;
  outcome_of_sending done;
  link.sender->send(this_run, message, done.note());
  EXPECT_FALSE(done.called);
  EXPECT_EQ(message[1].transfer(), 1U);
  EXPECT_EQ(message[1].size(), sent[1].size());
  EXPECT_EQ(message[0].transfer(), 0U); // rides along
  link.carry_all();
  ASSERT_TRUE(done.called);
  EXPECT_FALSE(done.trouble);
  link.receiver.claim(this_run, message);
  EXPECT_EQ(numbers_in(message[0]), numbers_in(sent[0]));
  EXPECT_EQ(numbers_in(message[1]), numbers_in(sent[1]));
  std::vector<std::byte> arrived(message[2].size());
  std::vector<std::byte> joined(sent[2].size());
  message[2].read(0, arrived.data(), arrived.size());
  sent[2].read(0, joined.data(), joined.size());
  EXPECT_EQ(arrived, joined);
  EXPECT_NE(message[1].memory(), nullptr); // for the workers of its machine
  EXPECT_EQ(link.receiver.waiting_bytes(), 0U);
}

TEST(payload_pieces, a_message_without_large_payloads_goes_at_once) {
  wired link;
  std::vector<blob> message{numbers(10, 1), blob{}};
  outcome_of_sending done;
  link.sender->send(this_run, message, done.note());
  EXPECT_TRUE(done.called);
  EXPECT_TRUE(link.wire.empty());
}

TEST(payload_pieces, many_small_ones_go_as_one_transfer) {
  wired link;
  std::vector<blob> message;
  for (std::uint64_t i = 0; i < 20'000; ++i)
    message.push_back(i == 777 ? numbers(50'000, i) : numbers(i % 30, i));
  const auto sent = message;
  outcome_of_sending done;
  link.sender->send(this_run, message, done.note());
  EXPECT_EQ(message.size(), 2U); // the pack and the large one
  link.carry_all();
  ASSERT_TRUE(done.called && !done.trouble);
  link.receiver.claim(this_run, message);
  ASSERT_EQ(message.size(), sent.size());
  for (std::size_t i = 0; i < sent.size(); ++i)
    ASSERT_EQ(numbers_in(message[i]), numbers_in(sent[i]));
}

TEST(payload_pieces, what_is_under_way_is_bounded_by_credit) {
  wired link;
  std::vector<blob> message{numbers(10'000'000, 1)}; // 80 MB
  outcome_of_sending done;
  link.sender->send(this_run, message, done.note());
  EXPECT_LE(link.bytes_posted, credit::window_at_first);
  link.carry_all();
  EXPECT_TRUE(done.called);
  EXPECT_LE(link.most_under_way, 64U);
}

TEST(payload_pieces, messages_follow_one_another_and_a_dropped_run_lets_the_next_go) {
  wired link;
  std::vector<blob> first{numbers(1'000'000, 1)};
  std::vector<blob> second{numbers(1'000'000, 2)};
  outcome_of_sending first_done;
  outcome_of_sending second_done;
  link.sender->send(this_run, first, first_done.note());
  link.sender->send(run_id{8}, second, second_done.note());
  for (int i = 0; i < 5; ++i)
    link.carry_one();
  link.sender->drop(this_run);
  link.carry_all();
  EXPECT_FALSE(first_done.called);
  ASSERT_TRUE(second_done.called && !second_done.trouble);
  link.receiver.claim(run_id{8}, second);
  EXPECT_EQ(numbers_in(second[0]), numbers_in(numbers(1'000'000, 2)));
  EXPECT_GT(link.receiver.waiting_bytes(), 0U); // of the unfinished one
  link.receiver.drop(this_run);
  EXPECT_EQ(link.receiver.waiting_bytes(), 0U);
  EXPECT_TRUE(link.sender->is_idle());
}

TEST(payload_pieces, runs_take_turns_so_that_none_waits_for_the_large_payload_of_another) {
  wired link;
  std::vector<blob> large{numbers(10'000'000, 1)}; // 80 MB
  std::vector<blob> small{numbers(100'000, 2), numbers(100'000, 3)};
  const auto sent = small;
  outcome_of_sending large_done;
  outcome_of_sending small_done;
  link.sender->send(this_run, large, large_done.note());
  link.sender->send(run_id{3}, small, small_done.note());
  while (!small_done.called && link.carry_one())
    ;
  EXPECT_FALSE(large_done.called);
  ASSERT_TRUE(small_done.called && !small_done.trouble);
  link.receiver.claim(run_id{3}, small);
  for (const std::size_t i : {0U, 1U})
    EXPECT_EQ(numbers_in(small[i]), numbers_in(sent[i]));
  link.carry_all();
  ASSERT_TRUE(large_done.called && !large_done.trouble);
  link.receiver.claim(this_run, large);
  EXPECT_EQ(numbers_in(large[0]), numbers_in(numbers(10'000'000, 1)));
}

TEST(payload_pieces, an_abandoned_message_is_settled_with_the_reason_once) {
  wired link;
  std::vector<blob> message{numbers(1'000'000, 1)};
  outcome_of_sending done;
  link.sender->send(this_run, message, done.note());
  link.carry_one();
  link.sender->abandon(this_run, "cancelled");
  EXPECT_EQ(done.trouble, "cancelled");
  done = {};
  link.carry_all();
  EXPECT_FALSE(done.called);
}

TEST(payload_pieces, a_payload_over_the_limit_is_refused_with_both_numbers) {
  wired link;
  link.most.payload = 100'000;
  std::vector<blob> message{numbers(100'000, 1)};
  outcome_of_sending done;
  link.sender->send(this_run, message, done.note());
  link.carry_all();
  ASSERT_TRUE(done.called && done.trouble);
  EXPECT_EQ(*done.trouble, "a payload of 800008 bytes is over the limit of 100000 bytes");
  EXPECT_EQ(link.receiver.waiting_bytes(), 0U);
}

TEST(payload_pieces, a_payload_that_cannot_be_read_settles_its_message_with_the_reason) {
  wired link;
  auto broken = blob::joined({numbers(100'000, 1), blob::lost(100'000, "it is gone")});
  std::vector<blob> message{broken};
  outcome_of_sending done;
  link.sender->send(this_run, message, done.note());
  link.carry_all();
  ASSERT_TRUE(done.called);
  EXPECT_EQ(done.trouble, "it is gone");
}

TEST(payload_pieces, a_sender_that_is_gone_is_not_called) {
  wired link;
  std::vector<blob> message{numbers(1'000'000, 1)};
  outcome_of_sending done;
  link.sender->send(this_run, message, done.note());
  link.sender.reset();
  link.carry_all();
  EXPECT_FALSE(done.called);
}

namespace {

payload_piece piece_of(std::uint64_t transfer, std::uint64_t total, std::uint64_t offset,
                       std::size_t size, run_id run = this_run) {
  return {run,   transfer, transfer_kind::payload,
          total, offset,   blob{std::vector<std::byte>(size, std::byte{1})}};
}

} // namespace

TEST(payload_receiver, an_announced_size_takes_no_memory_before_its_bytes_come) { // PR-1
  payload_receiver in;
  EXPECT_TRUE(in.take(piece_of(1, std::uint64_t{1} << 40U, 0, 10), {UINT64_MAX}));
  EXPECT_EQ(in.waiting_bytes(), 10U);
}

TEST(payload_receiver, whoever_does_not_keep_to_the_order_is_refused) { // PR-2
  payload_receiver in;
  const payload_receiver::allowance most{1'000'000, 1'500'000};
  EXPECT_FALSE(in.take(piece_of(1, 100, 50, 50), most));      // no beginning
  EXPECT_FALSE(in.take(piece_of(0, 100, 0, 50), most));       // no number
  EXPECT_FALSE(in.take(piece_of(1, 100, 0, 0), most));        // nothing in it
  EXPECT_FALSE(in.take(piece_of(1, 100, 0, 101), most));      // more than announced
  EXPECT_FALSE(in.take(piece_of(1, 2'000'000, 0, 10), most)); // over the limit
  EXPECT_FALSE(in.take(piece_of(1, 5'000'000, 0, credit::piece_max + 1), {UINT64_MAX}));
  EXPECT_TRUE(in.take(piece_of(1, 100, 0, 50), most));
  EXPECT_FALSE(in.take(piece_of(1, 100, 40, 50), most)); // again
  EXPECT_FALSE(in.take(piece_of(1, 200, 50, 50), most)); // another total
  EXPECT_TRUE(in.take(piece_of(1, 100, 50, 50), most));
  EXPECT_FALSE(in.take(piece_of(1, 100, 0, 50), most)); // twice
  EXPECT_TRUE(in.take(piece_of(2, 900'000, 0, 900'000), most));
  EXPECT_FALSE(in.take(piece_of(3, 900'000, 0, 10), most)); // too much waits
  EXPECT_EQ(in.waiting_bytes(), 900'100U);
  in.drop(this_run);
  EXPECT_EQ(in.waiting_bytes(), 0U);
}

TEST(payload_receiver, transfers_of_runs_mix_and_are_counted_together) { // PR-2, PR-3
  payload_receiver in;
  const payload_receiver::allowance most{1'000, 1'500};
  EXPECT_TRUE(in.take(piece_of(1, 1'000, 0, 10), most));
  EXPECT_FALSE(in.take(piece_of(1, 100, 0, 10, run_id{8}), most)); // it is another run's
  EXPECT_FALSE(in.take(piece_of(2, 600, 0, 10, run_id{8}), most)); // too much is under way
  EXPECT_TRUE(in.take(piece_of(3, 400, 0, 10, run_id{8}), most));
  EXPECT_TRUE(in.take(piece_of(1, 1'000, 10, 990), most));
  EXPECT_TRUE(in.take(piece_of(3, 400, 10, 390, run_id{8}), most));
  EXPECT_EQ(in.waiting_bytes(), 1'400U);
  in.drop(run_id{8});
  EXPECT_EQ(in.waiting_bytes(), 1'000U);
}

TEST(payload_receiver, what_did_not_arrive_is_lost_with_a_sentence) { // PR-4
  payload_receiver in;
  EXPECT_TRUE(in.take(piece_of(1, 100, 0, 100), {1'000}));
  EXPECT_TRUE(in.take(piece_of(2, 100, 0, 100), {1'000}));
  std::vector<blob> named{blob::sent_ahead(100, 1), blob::sent_ahead(100, 1),
                          blob::sent_ahead(99, 2), blob::sent_ahead(70'000, 9)};
  in.claim(this_run, named);
  EXPECT_EQ(named[0].why_lost(), nullptr);
  for (const std::size_t i : {1U, 2U, 3U})
    ASSERT_NE(named[i].why_lost(), nullptr) << i;
  EXPECT_EQ(*named[3].why_lost(),
            "the 70000 bytes of transfer 9 from another machine did not arrive");
  EXPECT_TRUE(in.take(piece_of(3, 100, 0, 100), {1'000}));
  std::vector<blob> of_another_run{blob::sent_ahead(100, 3)};
  in.claim(run_id{8}, of_another_run);
  EXPECT_NE(of_another_run[0].why_lost(), nullptr);
}

} // namespace lockstep
