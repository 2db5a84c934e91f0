#include "gui/charts/column_brush.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace ipclab {

namespace {

/// `coverage` in 256ths of the colour over what is there.
void blend(QRgb& pixel, QRgb colour, float coverage)
{
    const auto share = static_cast<quint32>(std::clamp(coverage, 0.0F, 1.0F) * 256.0F);
    const quint32 rest = 256 - share;
    const quint32 redBlue = ((colour & 0xff00ff) * share + (pixel & 0xff00ff) * rest) >> 8;
    const quint32 green = ((colour & 0x00ff00) * share + (pixel & 0x00ff00) * rest) >> 8;
    pixel = 0xff000000 | (redBlue & 0xff00ff) | (green & 0x00ff00);
}

/// How far a round pen reaches up and down, `offset` columns beside its centre.
constexpr int widestReach = 8;

} // namespace

ColumnBrush::ColumnBrush(QImage& image)
    : m_pixels(reinterpret_cast<QRgb*>(image.bits())),
      m_stride(static_cast<int>(image.bytesPerLine() / static_cast<qsizetype>(sizeof(QRgb)))),
      m_columns(image.width()), m_rows(image.height())
{
    Q_ASSERT(image.format() == QImage::Format_RGB32);
}

void ColumnBrush::stroke(const ColumnSpans& spans, float thickness, QRgb colour)
{
    const float half = thickness / 2;
    const int reach = std::min(static_cast<int>(half - 0.01F), widestReach);
    std::array<float, widestReach + 1> extent{};
    for (int offset = 0; offset <= reach; ++offset)
        extent[static_cast<std::size_t>(offset)] =
            std::sqrt(half * half - static_cast<float>(offset * offset));

    const int columns = std::min(m_columns, static_cast<int>(spans.upper.size()));
    for (int column = 0; column < columns; ++column) {
        float upper = std::numeric_limits<float>::infinity();
        float lower = -upper;
        for (int near = std::max(column - reach, 0); near <= std::min(column + reach, columns - 1); ++near) {
            const float beyond = extent[static_cast<std::size_t>(std::abs(near - column))];
            upper = std::min(upper, spans.upper[static_cast<std::size_t>(near)] - beyond);
            lower = std::max(lower, spans.lower[static_cast<std::size_t>(near)] + beyond);
        }
        fillColumn(column, upper, lower, colour);
    }
}

void ColumnBrush::fill(const ColumnSpans& spans, QRgb colour)
{
    const int columns = std::min(m_columns, static_cast<int>(spans.upper.size()));
    for (int column = 0; column < columns; ++column)
        fillColumn(column, spans.upper[static_cast<std::size_t>(column)],
                   spans.lower[static_cast<std::size_t>(column)], colour);
}

void ColumnBrush::fillColumn(int column, float upper, float lower, QRgb colour)
{
    upper = std::max(upper, 0.0F);
    lower = std::min(lower, static_cast<float>(m_rows));
    if (!(upper < lower))
        return;
    const int first = static_cast<int>(upper);
    const int last = static_cast<int>(lower);
    QRgb* pixel = m_pixels + static_cast<std::ptrdiff_t>(first) * m_stride + column;
    if (first == last) {
        blend(*pixel, colour, lower - upper);
        return;
    }
    blend(*pixel, colour, static_cast<float>(first + 1) - upper);
    pixel += m_stride;
    for (int row = first + 1; row < last; ++row, pixel += m_stride)
        *pixel = colour;
    if (last < m_rows)
        blend(*pixel, colour, lower - static_cast<float>(last));
}

} // namespace ipclab
