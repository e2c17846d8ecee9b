namespace NanoIoT.Device.Security
{
    /// <summary>Numbers that point operations compute with, made once for a verification instead of for each step.</summary>
    internal sealed class P256Workspace
    {
        public readonly int[] Zero = new int[P256Field.Limbs];
        public readonly int[] A = new int[P256Field.Limbs];
        public readonly int[] B = new int[P256Field.Limbs];
        public readonly int[] C = new int[P256Field.Limbs];
        public readonly int[] D = new int[P256Field.Limbs];
        public readonly int[] E = new int[P256Field.Limbs];
        public readonly int[] F = new int[P256Field.Limbs];
        public readonly int[] G = new int[P256Field.Limbs];
    }
}
