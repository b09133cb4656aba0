// SPDX-License-Identifier: Apache-2.0
#include "core/train/config.h"

#include "core/train/config_fields.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

namespace veritune::train {
namespace {

using ::testing::HasSubstr;
using util::Json;

TEST(Parameters, HaveAnEffectARangeAndADefaultInsideIt) {
    std::set<std::string> seen;
    for (const Parameter& p : describe_parameters()) {
        const std::string name = p.block + "." + p.key;
        EXPECT_TRUE(seen.insert(name).second) << name << " stands twice";
        EXPECT_GT(p.effect.size(), 10U) << name;
        EXPECT_EQ(p.effect.back(), '.') << name;
        if (p.type == "integer" || p.type == "number") {
            EXPECT_GE(p.default_value.get<double>(), p.minimum) << name;
            EXPECT_LE(p.default_value.get<double>(), p.maximum) << name;
            const bool bounded = std::isfinite(p.minimum) && std::isfinite(p.maximum);
            EXPECT_TRUE(bounded || p.key == "seed") << name;
        }
        const bool open = p.key == "type";  // a stage has no default type
        if (!p.choices.empty() && !open) {
            EXPECT_THAT(p.choices, ::testing::Contains(p.default_value.get<std::string>())) << name;
        }
    }
    EXPECT_GT(seen.size(), 110U);
}

/// A hostile value for each row: below, above, wrong type.
template <class T>
void expect_refusals(const char* where) {
    for (const Field<T>& field : fields_of<T>()) {
        T target{};
        const FieldSpec& spec = field.spec;
        const std::string path = std::string(where) + "." + spec.key;
        const auto refused = [&](const Json& value) {
            const util::Status status = write_slot(field.slot(target), spec, value, where);
            ASSERT_FALSE(status.has_value()) << path << " accepts " << value.dump();
            EXPECT_EQ(status.error().code, util::ErrorCode::kInvalidArgument);
            EXPECT_THAT(status.error().message, HasSubstr(path));
        };
        refused(Json());
        refused(Json::array({1}));
        const std::size_t type = field.slot(target).index();
        if (type != 4) refused("1");
        if (type == 4) refused(1);
        if (type == 3) refused(1);
        if (type <= 1) refused(1.5);
        if (type == 1) refused(-1);
        if (type == 0 || type == 2) {
            const double low = spec.minimum_excluded ? spec.minimum : spec.minimum - 1;
            if (type == 0) {
                refused(static_cast<std::int64_t>(low));
                refused(static_cast<std::int64_t>(spec.maximum) + 1);
                refused(18446744073709551615ULL);
            } else {
                refused(low);
                refused(spec.maximum * 1.5 + 1);
            }
        }
        if (!spec.choices.empty()) refused("no such choice");
        EXPECT_EQ(encode_fields(target), encode_fields(T{}))
            << path << ": a refused value was written";
    }
}

TEST(Parameters, RefuseWrongTypesAndRanges) {
    expect_refusals<LoraConfig>("lora");
    expect_refusals<SftConfig>("sft");
    expect_refusals<PolicyConfig>("vrl");
    expect_refusals<RejectionConfig>("rejection");
    expect_refusals<EvalConfig>("eval");
    expect_refusals<StageConfig>("stage");
    expect_refusals<DataSource>("data");
    expect_refusals<ModelSource>("model");
    expect_refusals<Recipe>("recipe");
}

/// Another allowed value for a row.
Json other_value(const Parameter& p) {
    if (p.type == "boolean") return !p.default_value.get<bool>();
    if (p.type == "text") {
        for (const std::string& choice : p.choices) {
            if (choice != p.default_value) return choice;
        }
        return "other";
    }
    if (p.type == "integer") return p.default_value.get<std::int64_t>() + 1;
    const double value = p.default_value.get<double>();
    return value < 0.5 * p.maximum ? value + 0.25 * (p.maximum - value) : 0.5 * value;
}

template <class T>
void expect_round_trip(const char* block) {
    for (const Parameter& p : describe_parameters()) {
        if (p.block != block) continue;
        T changed{};
        const Json value = other_value(p);
        const util::Status read = decode_fields(changed, Json{{p.key, value}}, block);
        ASSERT_TRUE(read.has_value()) << p.key << ": " << read.error().message;
        const Json written = encode_fields(changed);
        EXPECT_EQ(written[p.key], value) << p.key;
        EXPECT_NE(written, encode_fields(T{})) << p.key << " changes nothing";
    }
}

TEST(Parameters, EachReachesItsOwnFieldAndComesBack) {
    expect_round_trip<LoraConfig>("lora");
    expect_round_trip<SftConfig>("sft");
    expect_round_trip<PolicyConfig>("vrl");
    expect_round_trip<RejectionConfig>("rejection");
    expect_round_trip<EvalConfig>("eval");
    expect_round_trip<StageConfig>("stage");
    expect_round_trip<DataSource>("data");
    expect_round_trip<ModelSource>("model");
    expect_round_trip<Recipe>("recipe");
}

TEST(PolicyConfigJson, NamesKeyValueAndRange) {
    const auto read = policy_config_from_json({{"epsilon", 3}}, "stages[1].vrl");
    ASSERT_FALSE(read.has_value());
    EXPECT_EQ(read.error().message, "stages[1].vrl.epsilon must be in [0, 1], is 3");
    EXPECT_THAT(policy_config_from_json({{"learning_rate", 0}}, "vrl").error().message,
                HasSubstr("must be in (0, 1], is 0"));
}

TEST(PolicyConfigJson, HintsAtTheNearestKnownKeyAndChoice) {
    EXPECT_THAT(policy_config_from_json({{"learning_rte", 1e-5}}, "vrl").error().message,
                HasSubstr("did you mean \"learning_rate\"?"));
    EXPECT_THAT(policy_config_from_json({{"algorithm", "grop"}}, "vrl").error().message,
                HasSubstr("did you mean \"grpo\"?"));
    EXPECT_EQ(policy_config_from_json({{"zzzzzzzzzzzz", 1}}, "vrl").error().message,
              "vrl has no key \"zzzzzzzzzzzz\"");
    const std::string huge(100000, 'x');
    EXPECT_LT(policy_config_from_json({{huge, 1}}, "vrl").error().message.size(), 200U);
}

TEST(PolicyConfigJson, TheAlgorithmBringsItsDefaultsAndKeysOverrideThem) {
    const auto read =
        policy_config_from_json({{"algorithm", "grpo"}, {"epsilon_high", 0.3}}, "vrl");
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(read->update_on, "all");
    EXPECT_EQ(read->dynamic_sampling, "skip");
    EXPECT_EQ(read->epsilon_high, 0.3);
    EXPECT_EQ(policy_config_from_json(Json::object(), "vrl")->update_on, "verified");
}

TEST(PolicyConfigJson, RoundTripsEveryValueExactly) {
    PolicyConfig config;
    config.optimizer.learning_rate = 0.1 + 0.2;
    config.epsilon = 1.0 / 3.0;
    const auto read =
        policy_config_from_json(Json::parse(policy_config_to_json(config).dump()), "vrl");
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(read->optimizer.learning_rate, config.optimizer.learning_rate);
    EXPECT_EQ(policy_config_to_json(*read), policy_config_to_json(config));
}

struct BadCombination {
    Json changes;
    const char* message;
};

TEST(ValidatePolicy, RefusesCombinationsThatWouldDoSomethingElse) {
    const BadCombination bad[] = {
        {{{"loss_type", "cispo"}}, "algorithm grpo"},
        {{{"algorithm", "grpo"}, {"loss_type", "gspo"}}, "importance_sampling_level sequence"},
        {{{"importance_sampling_level", "sequence"}}, "grpo or rloo"},
        {{{"delta", 0.5}}, "delta"},
        {{{"dual_clip", 1.0}}, "dual_clip"},
        {{{"raft_clip", true}}, "algorithm raft"},
        {{{"algorithm", "grpo"}, {"num_generations", 1}}, "num_generations"},
        {{{"kl_coef", 0.1}}, "kl_coef"},
        {{{"dynamic_sampling", "skip"}}, "dynamic_sampling"},
        {{{"positive_weight", 0.5}}, "group methods"},
        {{{"algorithm", "grpo"}, {"positive_weight", 0}, {"negative_weight", 0}},
         "nothing would be learned"},
        {{{"algorithm", "grpo"}, {"update_on", "verified"}, {"positive_weight", 0}},
         "learn nothing"},
        {{{"overlong_penalty_tokens", 10}}, "value_output linear"},
        {{{"algorithm", "grpo"}, {"overlong_penalty_tokens", 5000}}, "max_completion_length"},
        {{{"temperature", 0}}, "temperature"},
        {{{"num_mini_batches", 1000}}, "num_mini_batches"},
    };
    for (const BadCombination& row : bad) {
        const auto config = policy_config_from_json(row.changes, "vrl");
        ASSERT_TRUE(config.has_value()) << row.changes.dump();
        const util::Status status = validate_policy(*config, "vrl");
        ASSERT_FALSE(status.has_value()) << row.changes.dump();
        EXPECT_THAT(status.error().message, HasSubstr(row.message));
    }
    EXPECT_TRUE(validate_policy(PolicyConfig{}, "vrl").has_value());
}

TEST(TrainingParametersDoc, IsWhatTheTableSays) {
    const std::string path = VERITUNE_SOURCE_DIR "/docs/training-parameters.md";
    if (std::getenv("VERITUNE_REGENERATE") != nullptr) std::ofstream(path) << parameters_markdown();
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    EXPECT_EQ(text.str(), parameters_markdown()) << "run this test with VERITUNE_REGENERATE=1";
}

}  // namespace
}  // namespace veritune::train
