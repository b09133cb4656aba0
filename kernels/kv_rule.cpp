// SPDX-License-Identifier: Apache-2.0
#include "kernels/kv_rule.h"

#include <cmath>
#include <limits>

namespace veritune::kernels {
namespace {

double bias_of(const float* bias, std::int64_t channel) {
    return bias == nullptr ? 0.0 : static_cast<double>(bias[channel]);
}

/// Largest |k| that one key head is expected to show.
double largest_key(const KvRule& r, std::int64_t head) {
    double largest = 0;
    for (std::int64_t c = head * r.head_dim; c < (head + 1) * r.head_dim; ++c) {
        const double reach = std::fabs(bias_of(r.k_bias, c)) + 4.0 * r.k_sigma[c];
        if (std::isnan(reach)) return reach;
        largest = std::fmax(largest, reach);
    }
    return largest;
}

double mean_square_query(const KvRule& r, std::int64_t head) {
    double sum = 0;
    for (std::int64_t c = head * r.head_dim; c < (head + 1) * r.head_dim; ++c) {
        const double bias = bias_of(r.q_bias, c);
        const double sigma = r.q_sigma[c];
        sum += bias * bias + sigma * sigma;
    }
    return sum / static_cast<double>(r.head_dim);
}

}  // namespace

float channel_sigma(const float* row, const float* gamma, std::int64_t count) {
    double sum = 0;
    for (std::int64_t i = 0; i < count; ++i) {
        const double w = static_cast<double>(row[i]) * gamma[i];
        sum += w * w;
    }
    return static_cast<float>(std::sqrt(sum));
}

double kv_logit_noise(const KvRule& r) {
    if (r.q_sigma == nullptr || r.k_sigma == nullptr || r.head_dim < 1 || r.kv_heads < 1 ||
        r.q_heads < r.kv_heads || r.q_heads % r.kv_heads != 0) {
        return std::numeric_limits<double>::quiet_NaN();
    }
    constexpr double kDeviationsPerMax = 440.0;  // 127 * sqrt(12)
    double worst = 0;
    for (std::int64_t h = 0; h < r.q_heads; ++h) {
        const double key = largest_key(r, h / (r.q_heads / r.kv_heads));
        const double noise = std::sqrt(mean_square_query(r, h)) * key / kDeviationsPerMax;
        if (std::isnan(noise)) return noise;  // the layer is then kept in bf16
        worst = std::fmax(worst, noise);
    }
    return worst;
}

}  // namespace veritune::kernels
