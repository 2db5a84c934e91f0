#pragma once

#include <QLabel>

namespace ipclab {

/// A label whose text wraps. `name` is the one by which the style sheet knows it; `parent` owns it.
inline QLabel* wrappedText(const QString& text, const char* name, QWidget* parent)
{
    auto* label = new QLabel(text, parent);
    label->setObjectName(name);
    label->setWordWrap(true);
    return label;
}

} // namespace ipclab
