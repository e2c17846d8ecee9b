using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace NanoIoT.Device.Analyzers
{
    /// <summary>
    /// What the reference assemblies cannot refuse, because C# needs no type for it: generics of one's own,
    /// multidimensional arrays, stackalloc, filters, overflow checks. Each is an error.
    /// </summary>
    [DiagnosticAnalyzer(LanguageNames.CSharp)]
    public sealed class DeviceLanguageAnalyzer : DiagnosticAnalyzer
    {
        private static readonly DiagnosticDescriptor s_generic = Rule("NIOT001", "nanoFramework v1 has no generics", "'{0}' is generic; the nanoFramework CLR does not run it");
        private static readonly DiagnosticDescriptor s_rank = Rule("NIOT002", "nanoFramework has no multidimensional arrays", "'{0}' has more than one dimension; use an array of arrays");
        private static readonly DiagnosticDescriptor s_stackalloc = Rule("NIOT003", "nanoFramework has no stackalloc", "'{0}' is not run by the nanoFramework CLR; use an array");
        private static readonly DiagnosticDescriptor s_filter = Rule("NIOT004", "Exception filters are not relied on", "'{0}': test the condition inside the catch block");
        private static readonly DiagnosticDescriptor s_checked = Rule("NIOT005", "nanoFramework never checks for overflow", "'{0}' wraps on the board; compare before you compute");
        private static readonly DiagnosticDescriptor s_unsafe = Rule("NIOT006", "nanoFramework has no unsafe code", "'{0}' is not run by the nanoFramework CLR");

        /// <inheritdoc/>
        public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
            ImmutableArray.Create(s_generic, s_rank, s_stackalloc, s_filter, s_checked, s_unsafe);

        /// <inheritdoc/>
        public override void Initialize(AnalysisContext context)
        {
            context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics);
            context.EnableConcurrentExecution();
            Register(context, s_generic, SyntaxKind.TypeParameterList, SyntaxKind.GenericName);
            Register(context, s_stackalloc, SyntaxKind.StackAllocArrayCreationExpression, SyntaxKind.ImplicitStackAllocArrayCreationExpression);
            Register(context, s_filter, SyntaxKind.CatchFilterClause);
            Register(context, s_checked, SyntaxKind.CheckedExpression, SyntaxKind.CheckedStatement);
            Register(context, s_unsafe, SyntaxKind.UnsafeStatement, SyntaxKind.FixedStatement, SyntaxKind.PointerType);
            context.RegisterSyntaxNodeAction(
                node =>
                {
                    if (((ArrayRankSpecifierSyntax)node.Node).Rank > 1)
                    {
                        Report(node, s_rank);
                    }
                },
                SyntaxKind.ArrayRankSpecifier);
        }

        private static DiagnosticDescriptor Rule(string id, string title, string message) =>
            new DiagnosticDescriptor(id, title, message, "nanoFramework", DiagnosticSeverity.Error, isEnabledByDefault: true);

        private static void Register(AnalysisContext context, DiagnosticDescriptor rule, params SyntaxKind[] kinds) =>
            context.RegisterSyntaxNodeAction(node => Report(node, rule), kinds);

        private static void Report(SyntaxNodeAnalysisContext node, DiagnosticDescriptor rule)
        {
            string text = node.Node.ToString();
            node.ReportDiagnostic(Diagnostic.Create(rule, node.Node.GetLocation(), text.Length > 60 ? text.Substring(0, 60) + "…" : text));
        }
    }
}
