#pragma once

#include "engine/base/option.h"

#include <QWidget>

#include <span>
#include <vector>

class QGridLayout;

namespace ipclab {

class OptionEditor;

/// Editors for a list of options in two columns. Their ids are whole keys of an experiment. An option that
/// leaves nothing to choose has no editor.
class OptionGrid final : public QWidget {
    Q_OBJECT

public:
    explicit OptionGrid(QWidget* parent = nullptr);

    void setSpecs(std::span<const OptionSpec> specs);
    const std::vector<OptionEditor*>& editors() const { return m_editors; }

signals:
    void edited(const QString& key, const QString& text);

private:
    void place(OptionEditor* editor);

    QGridLayout* m_layout;
    std::vector<OptionEditor*> m_editors;
    int m_row = 0;
    int m_column = 0;
};

} // namespace ipclab
