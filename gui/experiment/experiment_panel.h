#pragma once

#include <QStringList>
#include <QWidget>

class QComboBox;

namespace ipclab {

class ExperimentDocument;
class ExperimentForm;

/// The left side of the window: the document's experiment in a form; a choice above it where there are
/// variants.
class ExperimentPanel final : public QWidget {
    Q_OBJECT

public:
    /// The document outlives the panel.
    explicit ExperimentPanel(ExperimentDocument& document, QWidget* parent = nullptr);

    /// The document has another content.
    void showDocument();

    /// Why the document cannot run as it stands, all variants together; empty when it can.
    QStringList problems() const;

    /// As if chosen in the form.
    void useMechanism(const QString& id);

signals:
    void edited();
    /// The user wants to know all about this mechanism.
    void cardWanted(const QString& id);

private:
    void showVariant(std::size_t index);
    void takeEdit();

    ExperimentDocument& m_document;
    QComboBox* m_variants;
    ExperimentForm* m_form;
    std::size_t m_index = 0;
};

} // namespace ipclab
